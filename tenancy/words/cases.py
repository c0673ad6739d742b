"""Requests for help, and what happens to them."""

from enum import auto

from tenancy.words.word import Word


class SlaSource(Word):
    """Why a case has the SLA it has; MANUAL beats ENTITLEMENT beats DEFAULT."""

    MANUAL = auto()
    ENTITLEMENT = auto()
    DEFAULT = auto()


class Origin(Word):
    """The channel through which a case began (CS-26)."""

    PHONE = auto()
    EMAIL = auto()
    WEB = auto()
    FACEBOOK = auto()
    TWITTER = auto()
    IOT = auto()


class CaseType(Word):
    """What the customer wants."""

    QUESTION = auto()
    PROBLEM = auto()
    REQUEST = auto()


class Priority(Word):
    """How soon a case wants attention."""

    HIGH = auto()
    NORMAL = auto()
    LOW = auto()


class SupportKind(Word):
    """The service a case asks for; only the first two can be additional cases (CA-38)."""

    ADVISORY = auto()
    PROBLEM_RESOLUTION = auto()
    OTHER = auto()


class Classification(Word):
    """The code that makes a case an additional one (CA-38c)."""

    SU = auto()
    DSA = auto()
    X85 = auto()
    REC = auto()


class CaseState(Word):
    """A case is open, solved, or given up."""

    ACTIVE = auto()
    RESOLVED = auto()
    CANCELLED = auto()


class CaseStatus(Word):
    """The reason within a case's state; `STATUSES` says which belong together (I-13)."""

    IN_PROGRESS = auto()
    ON_HOLD = auto()
    WAITING_FOR_DETAILS = auto()
    RESEARCHING = auto()
    PROBLEM_SOLVED = auto()
    INFORMATION_PROVIDED = auto()
    CANCELLED = auto()
    MERGED = auto()


STATUSES = {
    CaseState.ACTIVE: (
        CaseStatus.IN_PROGRESS,
        CaseStatus.ON_HOLD,
        CaseStatus.WAITING_FOR_DETAILS,
        CaseStatus.RESEARCHING,
    ),
    CaseState.RESOLVED: (CaseStatus.PROBLEM_SOLVED, CaseStatus.INFORMATION_PROVIDED),
    CaseState.CANCELLED: (CaseStatus.CANCELLED, CaseStatus.MERGED),
}
"""The reasons that each state admits (I-13); the first of each is its default."""


class Stage(Word):
    """Where a case stands in its business process flow (CS-52)."""

    IDENTIFY = auto()
    RESEARCH = auto()
    RESOLVE = auto()


class ProcessStatus(Word):
    """Whether the process of a case runs; finishing it does not resolve the case."""

    ACTIVE = auto()
    FINISHED = auto()
    ABORTED = auto()
