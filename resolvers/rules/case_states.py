"""What may be done to a case in its state (CS-15, D-15, AE-88, I-13), and to a version of it."""

from resolvers.rules.refused import Refused, bad_input
from tenancy.words import STATUSES, CaseState, CaseStatus


def editable(state: CaseState) -> Refused | None:
    """Closed cases are read-only until they are reactivated (D-15)."""
    return None if state is CaseState.ACTIVE else Refused("CASE_NOT_ACTIVE", "D-15", "case_id", {"state": state})


def writable(status: CaseStatus) -> Refused | None:
    """An update chooses among the active reasons; the others belong to resolving, cancelling and merging."""
    return None if status in STATUSES[CaseState.ACTIVE] else bad_input("AE-88", "status")


def current(version: int, expected: int) -> Refused | None:
    """Whether an edit was made of the version that is stored (C-08)."""
    return None if version == expected else Refused("CONFLICT", "C-08", "version", {"version": version})
