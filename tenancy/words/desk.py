"""How the service desk works: clocks, queues, routing."""

from enum import auto

from tenancy.words.word import Word


class SlaState(Word):
    """Whether an SLA may be applied to cases."""

    DRAFT = auto()
    ACTIVE = auto()


class Kpi(Word):
    """What an SLA item measures."""

    FIRST_RESPONSE = auto()
    RESOLVE = auto()


class ClockStatus(Word):
    """The state of one KPI instance of one case (CS-45)."""

    IN_PROGRESS = auto()
    NONCOMPLIANT = auto()
    NEARING_NONCOMPLIANCE = auto()
    PAUSED = auto()
    SUCCEEDED = auto()
    CANCELED = auto()


RUNNING_CLOCKS = (ClockStatus.IN_PROGRESS, ClockStatus.NEARING_NONCOMPLIANCE)
"""Clocks that time alone can change: only these fall due."""

OPEN_CLOCKS = (*RUNNING_CLOCKS, ClockStatus.PAUSED)
"""Clocks that have not ended; at most one per case and SLA item (I-14)."""


class QueueType(Word):
    """Whether everybody at the desk sees a queue, or its members only."""

    PUBLIC = auto()
    PRIVATE = auto()


class QueueState(Word):
    """Whether a queue takes cases."""

    ACTIVE = auto()
    INACTIVE = auto()


class QueueItemState(Word):
    """Whether a case is in its queue now, or was."""

    ACTIVE = auto()
    INACTIVE = auto()


class RuleSetState(Word):
    """Whether routing follows a rule set; an active one is read-only."""

    DRAFT = auto()
    ACTIVE = auto()


class KeyState(Word):
    """Whether the mutation under an idempotency key has an answer yet."""

    RUNNING = auto()
    DONE = auto()
