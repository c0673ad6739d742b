from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.licence_usage import (
    WORKLOADS,
    Active,
    LicenseStanding,
    Subscription,
    Usage,
    UsageHint,
    active_users,
    counts,
    cover,
    deployment,
    observed,
    reported_workload,
    standing,
    usage,
    window,
)
from tenancy.words import ServiceCode, SubscriptionState, Workload

AS_OF = date(2025, 6, 28)
ACTIVE, SUSPENDED, CANCELLED, IN_GRACE = (
    SubscriptionState.ACTIVE,
    SubscriptionState.SUSPENDED,
    SubscriptionState.CANCELLED,
    SubscriptionState.IN_GRACE,
)
EXCHANGE, YAMMER, SHAREPOINT, ONEDRIVE = (
    Workload.EXCHANGE,
    Workload.YAMMER,
    Workload.SHAREPOINT,
    Workload.ONEDRIVE,
)


def paid(id: str, sold: int, assigned: int = 0, state: SubscriptionState = ACTIVE) -> Subscription:
    return Subscription(id, state, is_trial=False, is_superseded=False, sold=sold, assigned=assigned)


def trial(id: str, sold: int) -> Subscription:
    return Subscription(id, ACTIVE, is_trial=True, is_superseded=False, sold=sold, assigned=0)


def only(rows: tuple[Usage, ...]) -> tuple[int, int, str | None, tuple[UsageHint, ...]]:
    (row,) = rows
    return row.active, row.qualified, None if row.percent is None else str(row.percent), row.hints


def test_ae_42_deployment_is_assigned_by_sold_and_portfolios_divide_sums() -> None:
    assert str(deployment([paid("s", 200, 150)]).percent) == "75.0"
    assert str(deployment([paid("1", 10, 10), paid("2", 90, 0)]).percent) == "10.0"


def test_d_45_deployment_is_not_capped() -> None:
    assert str(deployment([paid("s", 10, 12)]).percent) == "120.0"


def test_ae_43_usage_is_active_by_qualified() -> None:
    assert only(usage([paid("s", 100)], [Active("s", EXCHANGE, 64)])) == (64, 100, "64.0", ())


def test_ae_44_the_window_is_the_day_and_the_27_before_it() -> None:
    assert window(AS_OF) == (date(2025, 6, 1), AS_OF)
    inside, outside = date(2025, 6, 1), date(2025, 5, 31)
    rows = [("s", "ann", EXCHANGE, inside), ("s", "bo", EXCHANGE, outside), ("s", "cy", EXCHANGE, date(2025, 6, 29))]
    assert active_users(rows, AS_OF) == (Active("s", EXCHANGE, 1),)


def test_ae_45_a_licence_that_went_round_shows_as_reassigned() -> None:
    nine = [("s", f"user {n}", EXCHANGE, AS_OF) for n in range(9)]
    tenth = [("s", "A", EXCHANGE, date(2025, 6, 3)), ("s", "B", EXCHANGE, date(2025, 6, 20))]
    rows = usage([paid("s", 10, 10)], active_users(nine + tenth, AS_OF))
    assert only(rows) == (11, 10, "110.0", (UsageHint.REASSIGNED,))


def test_pc_22_use_of_a_subscription_that_no_longer_counts_is_hinted_at() -> None:
    rows = usage(
        [paid("new", 10), paid("old", 10, state=IN_GRACE)], [Active("new", EXCHANGE, 8), Active("old", EXCHANGE, 7)]
    )
    assert only(rows) == (15, 10, "150.0", (UsageHint.NON_ACTIVE_SUBSCRIPTION,))


def test_pc_22_one_that_was_upgraded_away_is_hinted_at_as_well() -> None:
    old = Subscription("old", ACTIVE, is_trial=False, is_superseded=True, sold=10, assigned=0)
    assert only(usage([old], [Active("old", EXCHANGE, 7)]))[3] == (UsageHint.NON_ACTIVE_SUBSCRIPTION,)


def test_ae_47_trials_add_use_and_no_licences() -> None:
    rows = usage([paid("p", 20), trial("t", 25)], [Active("p", EXCHANGE, 18), Active("t", EXCHANGE, 10)])
    assert only(rows) == (28, 20, "140.0", (UsageHint.TRIAL,))
    assert only(usage([trial("t", 25)], [Active("t", EXCHANGE, 10)])) == (10, 0, None, (UsageHint.TRIAL,))


def test_ae_48_yammer_is_used_without_licences_and_nothing_is_clipped() -> None:
    rows = usage([paid("s", 40)], [Active("s", YAMMER, 95), Active("s", EXCHANGE, 36)])
    assert [(row.workload, str(row.percent), row.hints) for row in rows] == [
        (EXCHANGE, "90.0", ()),
        (YAMMER, "237.5", (UsageHint.UNLICENSED_USE,)),
    ]


def test_ae_50_insights_take_all_sellers_and_own_figures_only_ones_own() -> None:
    everybody = [paid("p", 30, 20), paid("q", 50, 45), paid("m", 20, 15)]
    total, own = deployment(everybody), deployment(everybody[:1])
    assert (total.sold, total.assigned, str(total.percent)) == (100, 80, "80.0")
    assert (own.sold, own.assigned, str(own.percent)) == (30, 20, "66.7")


def test_ae_51_suspended_upgraded_and_cancelled_licences_do_not_qualify() -> None:
    gone = Subscription("u", ACTIVE, is_trial=False, is_superseded=True, sold=5, assigned=5)
    all_of_them = [paid("a", 80), paid("s", 10, state=SUSPENDED), gone, paid("c", 5, state=CANCELLED)]
    assert deployment(all_of_them).sold == 80


@pytest.mark.parametrize("state", SubscriptionState)
def test_pc_16_only_active_subscriptions_count(state: SubscriptionState) -> None:
    assert counts(paid("s", 1, state=state)) is (state is ACTIVE)


@pytest.mark.parametrize("is_superseded", [False, True])
@pytest.mark.parametrize("state", SubscriptionState)
def test_pc_16_and_pc_23_a_trial_is_told_apart_from_what_has_ended(
    state: SubscriptionState, is_superseded: bool
) -> None:
    bought = Subscription("s", state, is_trial=False, is_superseded=is_superseded, sold=1, assigned=1)
    runs = state is ACTIVE and not is_superseded
    assert standing(bought) is (LicenseStanding.COUNTED if runs else LicenseStanding.NON_ACTIVE)
    assert standing(replace(bought, is_trial=True)) is LicenseStanding.TRIAL


def test_pc_21_and_pc_24_as_many_users_as_licences_need_no_explanation() -> None:
    for workload in (EXCHANGE, YAMMER):
        assert only(usage([paid("s", 10)], [Active("s", workload, 10)])) == (10, 10, "100.0", ())


def test_d_29_onedrive_and_sharepoint_are_one_workload_and_one_user_in_both_counts_once() -> None:
    assert reported_workload(ONEDRIVE) is SHAREPOINT
    assert reported_workload(EXCHANGE) is EXCHANGE
    both = [("s", "ann", ONEDRIVE, AS_OF), ("s", "ann", SHAREPOINT, AS_OF), ("s", "bo", ONEDRIVE, AS_OF)]
    assert active_users(both, AS_OF) == (Active("s", SHAREPOINT, 2),)


def test_d_7_a_person_with_two_subscriptions_is_two_uses() -> None:
    rows = [("1", "ann", EXCHANGE, AS_OF), ("2", "ann", EXCHANGE, AS_OF)]
    assert only(usage([paid("1", 1), paid("2", 1)], active_users(rows, AS_OF)))[:3] == (2, 2, "100.0")


def test_a_workload_asked_for_is_listed_even_when_nobody_uses_it() -> None:
    rows = usage([paid("s", 10)], [Active("s", EXCHANGE, 0), Active("else", YAMMER, 5)], [Workload.TEAMS])
    assert [(row.workload, str(row.percent)) for row in rows] == [(Workload.TEAMS, "0.0")]


def test_ae_52_and_pc_10_other_services_are_not_covered() -> None:
    assert cover([ServiceCode.O365, ServiceCode.DYNAMICS365]) is None
    refused = cover([ServiceCode.O365, ServiceCode.OTHER])
    assert refused is not None
    assert refused.code == "PRODUCT_NOT_COVERED"


_activity = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from([EXCHANGE, SHAREPOINT, ONEDRIVE]),
    st.integers(0, 40).map(lambda days: AS_OF - timedelta(days=days)),
)


@given(st.lists(_activity, max_size=60))
def test_usage_equals_a_naive_count_of_pairs(rows: list[tuple[str, str, Workload, date]]) -> None:
    pairs: defaultdict[Workload, set[tuple[str, str]]] = defaultdict(set)
    for subscription, user, workload, day in rows:
        if (AS_OF - day).days < 28:
            pairs[EXCHANGE if workload is EXCHANGE else SHAREPOINT].add((subscription, user))
    found = usage([paid("a", 1), trial("b", 1), paid("c", 1, state=SUSPENDED)], active_users(rows, AS_OF))
    assert {row.workload: row.active for row in found} == {key: len(value) for key, value in pairs.items()}


def test_pc_19_a_workload_that_nobody_uses_is_listed_once_licences_count() -> None:
    bought = [paid("s", 40)]
    rows = usage(bought, [Active("s", EXCHANGE, 36)], observed(ServiceCode.O365, bought))
    assert [row.workload for row in rows] == list(WORKLOADS[ServiceCode.O365])
    assert {(row.active, str(row.percent)) for row in rows} == {(36, "90.0"), (0, "0.0")}
    assert observed(ServiceCode.DYNAMICS365, bought) == (Workload.DYNAMICS,)
    assert observed(ServiceCode.OTHER, bought) == ()


@pytest.mark.parametrize("licences", [[], [trial("t", 25)], [paid("s", 10, state=SUSPENDED)]])
def test_d_28_without_licences_that_count_only_use_is_listed(licences: list[Subscription]) -> None:
    assert observed(ServiceCode.O365, licences) == ()


def test_pc_5_every_workload_is_reported_under_one_service() -> None:
    listed = [workload for workloads in WORKLOADS.values() for workload in workloads]
    assert sorted(listed) == sorted({reported_workload(workload) for workload in Workload})
