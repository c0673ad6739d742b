from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.consumption import (
    ActivityGroup,
    CategoryLine,
    DrillDownView,
    EntitlementClass,
    Figures,
    Holder,
    Line,
    PackageStatus,
    activity_group,
    drill_down_view,
    enterprise_wide,
    entitlement_class,
    figures,
    only_agreement,
    package_status,
    support_contacts,
)
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, Category

W1, W2, W3 = "W1", "W2", "W3"
HOURS, CASES = AllocationType.HOURS, AllocationType.CASES


def line(
    id: str,
    category: Category,
    allocation: AllocationType,
    total: int | None,
    ledger: Mapping[str | None, Decimal] | None = None,
    workspaces: tuple[str, ...] = (W1, W2),
    is_consumable: bool = True,
) -> Line:
    return Line(
        id,
        category,
        allocation,
        is_consumable,
        None if total is None else Decimal(total),
        frozenset(workspaces),
        ledger or {},
    )


def shown(row: CategoryLine) -> list[str | None]:
    figures_ = row.figures
    parts = (figures_.total, figures_.consumed_in_selection, figures_.consumed, figures_.remaining)
    return [None if part is None else str(part) for part in parts]


POOL = line("E", Category.BUILT_IN_PROACTIVE, HOURS, 400, {W1: Decimal(120), W2: Decimal(80)})


def test_ae_9_remaining_is_what_is_left_of_the_pool_not_of_the_selection() -> None:
    (row,) = enterprise_wide([POOL], frozenset({W1}))
    assert shown(row) == ["400.00", "120.00", "200.00", "200.00"]


def test_ae_9_two_workspaces_of_one_pool_do_not_double_it() -> None:
    (row,) = enterprise_wide([POOL, POOL], frozenset({W1, W2}))
    assert shown(row) == ["400.00", "200.00", "200.00", "200.00"]


def test_ae_11_a_workspace_without_packages_has_an_empty_list() -> None:
    assert enterprise_wide([POOL], frozenset({W3})) == ()


def test_ae_12_as_needed_support_has_two_lines_and_hours_are_never_added_to_cases() -> None:
    advisory = line("A", Category.ADVISORY_SUPPORT, HOURS, 50, {W1: Decimal(12)})
    reactive = line("R", Category.REACTIVE_SUPPORT, CASES, None, {W1: Decimal(9)})
    rows = enterprise_wide([reactive, advisory], frozenset({W1}))
    assert {row.group for row in rows} == {ActivityGroup.AS_NEEDED_SUPPORT}
    assert [(row.category, row.allocation, *shown(row)) for row in rows] == [
        (Category.ADVISORY_SUPPORT, HOURS, "50.00", "12.00", "12.00", "38.00"),
        (Category.REACTIVE_SUPPORT, CASES, None, "9.00", "9.00", None),
    ]


def test_one_unlimited_line_makes_its_group_unlimited() -> None:
    limited = line("1", Category.REACTIVE_SUPPORT, CASES, 5, {W1: Decimal(1)})
    endless = line("2", Category.REACTIVE_SUPPORT, CASES, None, {W2: Decimal(2)})
    (row,) = enterprise_wide([endless, limited], frozenset({W1, W2}))
    assert shown(row) == [None, "3.00", "3.00", None]
    assert row.entitlement_ids == ("1", "2")


def test_ae_13_an_unused_consumable_shows_zero_and_a_benefit_shows_nothing() -> None:
    assert figures(True, Decimal(120), Decimal(0)) == Figures(
        Decimal("120.00"), Decimal("0.00"), Decimal("0.00"), Decimal("120.00")
    )
    unused = figures(True, Decimal(120), Decimal(0))
    assert [str(each) for each in (unused.total, unused.consumed, unused.remaining)] == ["120.00", "0.00", "120.00"]
    assert str(figures(True, None, Decimal(2), Decimal(1)).consumed_in_selection) == "1.00"
    assert str(figures(False, Decimal(4), Decimal(0)).total) == "4.00"
    assert figures(False, None, Decimal(0)) == Figures(None, None, None, None)
    assert figures(False, Decimal(4), Decimal(0)) == Figures(Decimal("4.00"), None, None, None)
    assert figures(True, None, Decimal(2)).total is None
    assert entitlement_class(True) is EntitlementClass.CONSUMABLE_SERVICE
    assert entitlement_class(False) is EntitlementClass.ADDITIONAL_BENEFIT


def test_benefits_and_consumables_of_one_category_are_two_lines() -> None:
    benefit = line("B", Category.ON_DEMAND_EDUCATION, AllocationType.UNITS, 3, is_consumable=False)
    consumable = line("C", Category.ON_DEMAND_EDUCATION, AllocationType.UNITS, 3)
    rows = enterprise_wide([benefit, consumable], frozenset({W1}))
    assert [(row.is_consumable, *shown(row)) for row in rows] == [
        (True, "3.00", "0.00", "0.00", "3.00"),
        (False, "3.00", None, None, None),
    ]


def test_use_without_a_workspace_counts_overall_and_in_no_selection() -> None:
    (row,) = enterprise_wide([line("E", Category.DSE, HOURS, 10, {None: Decimal(4)})], frozenset({W1}))
    assert shown(row) == ["10.00", "0.00", "4.00", "6.00"]


def test_d_35_support_contacts_are_people_each_counted_once() -> None:
    holders = [Holder("ann", W1), Holder("ann", W2), Holder("bo", W2), Holder("cy", W3)]
    lines = [
        line("1", Category.SUPPORT_CONTACTS, AllocationType.UNITS, 5, workspaces=(W1,)),
        line("2", Category.SUPPORT_CONTACTS, AllocationType.UNITS, 5),
    ]
    (row,) = enterprise_wide(lines, frozenset({W1}), holders)
    assert shown(row) == ["10.00", "1.00", "2.00", "8.00"]
    assert [*map(str, support_contacts(holders, frozenset({W1, W2})))] == ["2.00", "2.00"]


def test_ca_19_the_headings_stand_in_the_order_of_the_page() -> None:
    lines = [line(category.value, category, CASES, 1) for category in reversed(Category)]
    groups = [row.group for row in enterprise_wide(lines, frozenset({W1}))]
    assert list(dict.fromkeys(groups)) == list(ActivityGroup)


@pytest.mark.parametrize(
    ("category", "group"),
    [
        (Category.BUILT_IN_PROACTIVE, ActivityGroup.BUILT_IN_PROACTIVE),
        (Category.PROACTIVE_CREDITS, ActivityGroup.BUILT_IN_PROACTIVE),
        (Category.DSE, ActivityGroup.BUILT_IN_PROACTIVE),
        (Category.ADVISORY_SUPPORT, ActivityGroup.AS_NEEDED_SUPPORT),
        (Category.REACTIVE_SUPPORT, ActivityGroup.AS_NEEDED_SUPPORT),
        (Category.ON_DEMAND_EDUCATION, ActivityGroup.ON_DEMAND_EDUCATION),
        (Category.SUPPORT_CONTACTS, ActivityGroup.SUPPORT_CONTACTS),
        (Category.ON_DEMAND_ASSESSMENTS, ActivityGroup.ON_DEMAND_ASSESSMENTS),
        (Category.OTHER, ActivityGroup.OTHER),
    ],
)
def test_ca_19_every_category_stands_under_its_heading(category: Category, group: ActivityGroup) -> None:
    assert activity_group(category) is group
    (row,) = enterprise_wide([line("E", category, CASES, 1)], frozenset({W1}))
    assert row.group is group


@pytest.mark.parametrize(
    ("category", "view"),
    [
        (Category.REACTIVE_SUPPORT, DrillDownView.SUPPORT_AND_PROACTIVE),
        (Category.ADVISORY_SUPPORT, DrillDownView.SUPPORT_AND_PROACTIVE),
        (Category.BUILT_IN_PROACTIVE, DrillDownView.SUPPORT_AND_PROACTIVE),
        (Category.DSE, DrillDownView.SUPPORT_AND_PROACTIVE),
        (Category.OTHER, DrillDownView.SUPPORT_AND_PROACTIVE),
        (Category.ON_DEMAND_EDUCATION, DrillDownView.ON_DEMAND_EDUCATION),
        (Category.SUPPORT_CONTACTS, DrillDownView.CONTACTS),
        (Category.ON_DEMAND_ASSESSMENTS, DrillDownView.ON_DEMAND_ASSESSMENTS),
        (Category.PROACTIVE_CREDITS, DrillDownView.PROACTIVE_CREDITS),
    ],
)
def test_ca_31_every_category_has_one_of_the_six_views(category: Category, view: DrillDownView) -> None:
    assert drill_down_view(category) is view


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2025, 2, 28), PackageStatus.INACTIVE),
        (date(2025, 3, 1), PackageStatus.ACTIVE),
        (date(2025, 9, 30), PackageStatus.ACTIVE),
        (date(2025, 10, 1), PackageStatus.INACTIVE),
    ],
)
def test_d_24_a_package_is_active_from_its_first_to_its_last_day(today: date, status: PackageStatus) -> None:
    assert package_status(date(2025, 3, 1), date(2025, 9, 30), today) is status


def test_ae_15_the_add_on_section_shows_exactly_one_agreement() -> None:
    assert only_agreement(["A1", "A1"]) == "A1"
    for several in ([], ["A1", "A2"]):
        refused = only_agreement(several)
        assert isinstance(refused, Refused)
        assert refused.code == "ADD_ON_NEEDS_ONE_AGREEMENT"


_amounts = st.decimals(-(10**6), 10**6, places=2)
_places = st.sampled_from([W1, W2, W3, None])
_lines = st.builds(
    Line,
    st.uuids().map(str),
    st.sampled_from([each for each in Category if each is not Category.SUPPORT_CONTACTS]),
    st.sampled_from(AllocationType),
    st.just(True),
    st.none() | st.decimals(0, 10**6, places=2),
    st.frozensets(st.sampled_from([W1, W2, W3])),
    st.dictionaries(_places, _amounts),
)


@given(st.lists(_lines, max_size=12), st.frozensets(st.sampled_from([W1, W2, W3])))
def test_ca_18_the_section_equals_a_naive_sum_over_every_ledger_row(
    lines: list[Line], selected: frozenset[str]
) -> None:
    totals: dict[object, Decimal | None] = {}
    overall: defaultdict[object, Decimal] = defaultdict(Decimal)
    chosen: defaultdict[object, Decimal] = defaultdict(Decimal)
    for each in lines:
        if not each.workspaces & selected:
            continue
        key = (each.category, each.allocation)
        before = totals.setdefault(key, Decimal(0))
        totals[key] = None if before is None or each.total is None else before + each.total
        for workspace, used in each.ledger.items():
            overall[key] += used
            chosen[key] += used if workspace in selected else 0
    rows = {(row.category, row.allocation): row.figures for row in enterprise_wide(lines, selected)}
    assert rows.keys() == totals.keys()
    for key, row in rows.items():
        total = totals[key]
        assert (row.total, row.consumed, row.consumed_in_selection) == (total, overall[key], chosen[key])
        assert row.remaining == (None if total is None else total - overall[key])
