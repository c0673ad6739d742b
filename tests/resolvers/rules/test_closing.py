import pytest

from resolvers.rules.closing import Closable, Closing, Times, cancel, reactivate, resolve, resolved_status, times
from resolvers.rules.refused import Refused
from tenancy.words import CaseState, CaseStatus, ChildClosing, ResolutionType

ACTIVE, RESOLVED, CANCELLED = CaseState.ACTIVE, CaseState.RESOLVED, CaseState.CANCELLED
INDEPENDENT, CASCADE, RESTRICT = ChildClosing.INDEPENDENT, ChildClosing.CASCADE, ChildClosing.RESTRICT
CASE = Closable("P", ACTIVE)
CHILDREN = [Closable("1", ACTIVE, 1), Closable("2", RESOLVED, 5), Closable("3", ACTIVE)]


def refused(decision: object) -> Refused:
    assert isinstance(decision, Refused)
    return decision


def test_ae_83_open_activities_need_a_confirmation_and_are_cancelled() -> None:
    case = Closable("P", ACTIVE, open_activities=2)
    refusal = refused(resolve(case, [], INDEPENDENT, cancel_open_activities=False))
    assert (refusal.code, refusal.details) == ("OPEN_ACTIVITIES", {"count": 2})
    assert resolve(case, [], INDEPENDENT, cancel_open_activities=True) == Closing(("P",), cancels_activities=True)


def test_ae_83_cancelling_knows_no_confirmation() -> None:
    assert refused(cancel(Closable("P", ACTIVE, 1), [], INDEPENDENT)).code == "OPEN_ACTIVITIES"
    assert cancel(CASE, [], INDEPENDENT) == Closing(("P",), cancels_activities=False)


@pytest.mark.parametrize("state", [RESOLVED, CANCELLED])
def test_a_closed_case_is_not_closed_again(state: CaseState) -> None:
    closed = Closable("P", state)
    assert refused(resolve(closed, [], CASCADE, True)).code == "CASE_NOT_ACTIVE"
    assert refused(cancel(closed, [], CASCADE)).code == "CASE_NOT_ACTIVE"


def test_independent_closing_leaves_the_children_alone() -> None:
    assert resolve(CASE, CHILDREN, INDEPENDENT, False) == Closing(("P",), False)


def test_d_33_cascade_closes_active_children_and_one_confirmation_covers_them() -> None:
    assert refused(resolve(CASE, CHILDREN, CASCADE, False)).details == {"count": 1}
    assert resolve(CASE, CHILDREN, CASCADE, True) == Closing(("P", "1", "3"), True)


def test_d_33_cascade_on_cancel_needs_all_activities_closed() -> None:
    assert refused(cancel(CASE, CHILDREN, CASCADE)).code == "OPEN_ACTIVITIES"
    assert cancel(CASE, CHILDREN[1:], CASCADE) == Closing(("P", "3"), False)


def test_restrict_waits_for_the_children() -> None:
    assert refused(resolve(CASE, CHILDREN, RESTRICT, True)).details == {"count": 2}
    assert refused(cancel(CASE, CHILDREN, RESTRICT)).code == "ACTIVE_CHILDREN"
    assert resolve(CASE, CHILDREN[1:2], RESTRICT, False) == Closing(("P",), False)


def test_ae_80_a_merged_case_stays_merged_and_the_others_come_back() -> None:
    merged = refused(reactivate(CANCELLED, CaseStatus.MERGED))
    assert (merged.code, merged.details) == ("CASE_STATE", {"state": CANCELLED, "status": CaseStatus.MERGED})
    assert refused(reactivate(ACTIVE, CaseStatus.ON_HOLD)).code == "CASE_STATE"
    assert reactivate(CANCELLED, CaseStatus.CANCELLED) is CaseStatus.IN_PROGRESS
    assert reactivate(RESOLVED, CaseStatus.PROBLEM_SOLVED) is CaseStatus.IN_PROGRESS


def test_ae_84_times_default_to_the_activities_and_to_the_total() -> None:
    assert times([20, 25, None]) == Times(45, 45)
    assert times([20, 25], billable=30) == Times(45, 30)
    assert times([20, 25], total=60) == Times(60, 60)
    assert times([]) == Times(0, 0)


def test_times_are_not_negative() -> None:
    assert refused(times([], total=-1)).field == "total_minutes"
    assert refused(times([], billable=-1)).field == "billable_minutes"


@pytest.mark.parametrize("resolution", ResolutionType)
def test_a_resolution_says_which_status_follows(resolution: ResolutionType) -> None:
    assert resolved_status(resolution).name == resolution.name
