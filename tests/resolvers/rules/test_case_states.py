import pytest

from resolvers.rules.case_states import current, editable, writable
from resolvers.rules.refused import Refused
from tenancy.words import CaseState, CaseStatus


def test_ae_88_a_closed_case_is_read_only() -> None:
    assert editable(CaseState.ACTIVE) is None
    for state in (CaseState.RESOLVED, CaseState.CANCELLED):
        assert editable(state) == Refused("CASE_NOT_ACTIVE", "D-15", "case_id", {"state": state})


@pytest.mark.parametrize("status", CaseStatus)
def test_ae_88_an_update_chooses_among_the_active_reasons(status: CaseStatus) -> None:
    refused = writable(status)
    closed = ("PROBLEM_SOLVED", "INFORMATION_PROVIDED", "CANCELLED", "MERGED")
    assert (refused and refused.code) == ("BAD_USER_INPUT" if status in closed else None)


def test_a_stale_version_is_a_conflict() -> None:
    assert current(3, 3) is None
    for stored in (2, 4):
        assert current(stored, 3) == Refused("CONFLICT", "C-08", "version", {"version": stored})
