"""A case, told in a line: what a person would say about it."""

from dataclasses import dataclass
from typing import Any

from tenancy.words import STATUSES, CaseState, CaseStatus, CaseType, Origin, Priority, SupportKind

Said = dict[str, Any]
"""Part of what a story says, by field."""

_STATES = {status: state for state, statuses in STATUSES.items() for status in statuses}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One case. Names are those of the book; `by`, `owner` and `primary` are keys of people.

    `bought` is agreement, package and entitlement in one breath, as far as known: `"A1 B1 B1-reactive"`.
    `minutes` is what was billed at resolution; `held` is when it was put on hold.
    """

    name: str
    title: str
    opened: str
    by: str
    workspace: str | None = None
    kind: SupportKind = SupportKind.PROBLEM_RESOLUTION
    bought: str = ""
    status: CaseStatus = CaseStatus.IN_PROGRESS
    closed: str | None = None
    held: str | None = None
    minutes: int | None = None
    answered: bool = True
    exempt: bool = False
    classification: str | None = None
    customer: str = "self"
    contact: str | None = None
    primary: str | None = None
    owner: str = "rae"
    origin: Origin = Origin.WEB
    case_type: CaseType = CaseType.PROBLEM
    priority: Priority = Priority.NORMAL
    subject: str | None = None
    product: str | None = None
    description: str | None = None
    parent: str | None = None
    master: str | None = None
    entitlement: str | None = None
    sla: str | None = None
    route: bool = True
    stage: str = "IDENTIFY"

    @property
    def state(self) -> CaseState:
        return _STATES[self.status]

    @property
    def line(self) -> str | None:
        """The entitlement, whether it came with a package or belongs to the customer."""
        return self.entitlement or self._part(2)

    def _part(self, place: int) -> str | None:
        parts = self.bought.split()
        return parts[place] if len(parts) > place else None

    @property
    def agreement(self) -> str | None:
        return self._part(0)

    @property
    def package(self) -> str | None:
        return self._part(1)
