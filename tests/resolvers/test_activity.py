"""Customer Activity over random customers: every figure is what a naive computation says, and its rows add up to it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from resolvers import ids
from tenancy.embedded import Cluster
from tests.ground import copy
from tests.resolvers.random_activity import SERVICES, Customer, insert
from tests.world import TODAY, World, opened

SEEDS = range(8)
FIGURES = ("TOTAL", "CONSUMED_IN_SELECTION", "CONSUMED", "REMAINING")
PAGE = """query ($in: [ID!], $day: Date) {
  customerActivity(workspaceIds: $in, asOf: $day) {
    enterpriseWide { lines { category unit isConsumable total consumedInSelection consumed remaining } }
    additionalCases { service count rowsArePartial cases(first: 100) { nodes { reasons case { id } } } }
  }
}"""
WHY = """query ($in: [ID!], $day: Date, $of: Figure!, $after: String) {
  customerActivity(workspaceIds: $in, asOf: $day) {
    enterpriseWide {
      lines { explanation(of: $of) { value hidden rows(first: 5, after: $after) {
        totalCount nodes { amount } pageInfo { hasNextPage endCursor } } } }
    }
  }
}"""


@pytest.fixture(scope="module")
async def crowd(
    cluster: Cluster, world_template: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with copy(cluster, world_template, f"crowd_{worker_id}") as address:
        for seed in SEEDS:
            await insert(address, Customer(seed))
        async with opened(address, tmp_path_factory.mktemp("crowd"), cost_limit=50_000) as found:
            yield found


async def page(crowd: World, customer: Customer, viewer: str, query: str, **said: Any) -> Any:
    headers = {"x-tenant": ids.encode("Tenant", customer.tenant)}
    return (await crowd.data(viewer, query, said, headers=headers))["customerActivity"]


def selections(customer: Customer) -> list[tuple[set[str], Any]]:
    places = [row["id"] for row in customer.rows["workspace"]]
    days = (None, TODAY, TODAY - timedelta(days=40), TODAY - timedelta(days=200))
    return [({*places[:count]}, day) for count in (1, len(places)) for day in days]


def said(selected: set[str], day: Any) -> dict[str, Any]:
    return {"in": [ids.encode("Workspace", id) for id in sorted(selected)], "day": day and day.isoformat()}


@pytest.mark.parametrize("seed", SEEDS)
async def test_totals_are_what_a_naive_computation_says(crowd: World, seed: int) -> None:
    """CA-18, CA-19, D-8, D-11, D-35"""
    customer = Customer(seed)
    for selected, day in selections(customer):
        shown = await page(crowd, customer, "gil", PAGE, **said(selected, day))
        lines = [line for group in shown["enterpriseWide"] for line in group["lines"]]
        assert {(line["category"], line["unit"], line["isConsumable"]): line for line in lines} == {
            key: _line(customer, key, rows, selected, day)
            for key, rows in customer.groups(selected, day or TODAY).items()
        }


def _line(customer: Customer, key: tuple[str, str, bool], rows: Any, selected: set[str], day: Any) -> dict[str, Any]:
    totals = [row["total_terms"] for row in rows]
    total = None if None in totals else sum(totals, Decimal(0))
    when = day or TODAY
    contacts = key[0] == "SUPPORT_CONTACTS"
    chosen = customer.people(rows, selected) if contacts else customer.used(rows, when, selected)
    used = customer.people(rows) if contacts else customer.used(rows, when)
    known = key[2] and not (contacts and when < TODAY)
    return {
        **dict(zip(("category", "unit", "isConsumable"), key, strict=True)),
        "total": None if total is None else f"{total:.2f}",
        "consumedInSelection": f"{chosen:.2f}" if known else None,
        "consumed": f"{used:.2f}" if known else None,
        "remaining": f"{total - used:.2f}" if known and total is not None else None,
    }


@pytest.mark.parametrize("seed", SEEDS)
async def test_additional_cases_are_those_of_the_rule(crowd: World, seed: int) -> None:
    """CA-38, D-9, D-10: the condition in SQL and the rule's text say the same"""
    customer = Customer(seed)
    for selected, day in selections(customer):
        shown = await page(crowd, customer, "gil", PAGE, **said(selected, day))
        assert [line["service"] for line in shown["additionalCases"]] == list(SERVICES)
        for line in shown["additionalCases"]:
            found = {ids.decode(row["case"]["id"])[1]: set(row["reasons"]) for row in line["cases"]["nodes"]}
            assert found == customer.additional(line["service"], selected, day or TODAY)
            assert (line["count"], line["rowsArePartial"]) == (len(found), False)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_count_is_complete_whoever_asks(crowd: World, seed: int) -> None:
    """D-19"""
    customer = Customer(seed)
    selected = {customer.rows["workspace"][0]["id"]}
    mine = await page(crowd, customer, "cam", PAGE, **said(selected, None))
    all_ = await page(crowd, customer, "gil", PAGE, **said(selected, None))
    assert mine["enterpriseWide"] == all_["enterpriseWide"]
    for line, full in zip(mine["additionalCases"], all_["additionalCases"], strict=True):
        assert line["count"] == full["count"]
        assert line["rowsArePartial"] == (line["count"] > len(line["cases"]["nodes"]))


@pytest.mark.parametrize("viewer", ["gil", "cam"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_rows_behind_a_total_add_up_to_it(crowd: World, seed: int, viewer: str) -> None:
    """Rows that the viewer may see, page after page, and the sum of what is hidden: exactly the total"""
    customer = Customer(seed)
    selected = {row["id"] for row in customer.rows["workspace"] if viewer == "gil" or row["is_default"]}
    for day in (None, TODAY - timedelta(days=40)):
        for figure in FIGURES:
            first = await _explained(crowd, customer, viewer, selected, day, figure, None)
            for number, told in enumerate(first):
                amounts = await _all_rows(crowd, customer, viewer, (selected, day, figure), number, told)
                if told["value"] is None:
                    assert (amounts, told["hidden"]) == ([], None)
                    continue
                assert sum(amounts, Decimal(told["hidden"])) == Decimal(told["value"])
                assert len(amounts) == told["rows"]["totalCount"]
                assert viewer == "cam" or Decimal(told["hidden"]) == 0


async def _explained(crowd: World, customer: Customer, viewer: str, *what: Any) -> list[Any]:
    selected, day, figure, after = what
    given = {**said(selected, day), "of": figure, "after": after}
    headers = {"x-tenant": ids.encode("Tenant", customer.tenant)}
    body = (await crowd.ask(viewer, WHY, given, headers=headers)).json()
    groups = body["data"]["customerActivity"]["enterpriseWide"]
    return [line["explanation"] for group in groups for line in group["lines"]]


async def _all_rows(
    crowd: World, customer: Customer, viewer: str, what: tuple[Any, ...], number: int, told: Any
) -> list[Decimal]:
    found = [Decimal(row["amount"]) for row in told["rows"]["nodes"]]
    while told["rows"]["pageInfo"]["hasNextPage"]:
        # The cursor fits one line only: the others answer that it is not theirs.
        after = told["rows"]["pageInfo"]["endCursor"]
        told = (await _explained(crowd, customer, viewer, *what, after))[number]
        found += [Decimal(row["amount"]) for row in told["rows"]["nodes"]]
    return found


async def test_a_larger_customer_takes_no_more_statements(crowd: World) -> None:
    """The page costs one set of statements, however much was bought and used"""
    counts = {}
    for seed in SEEDS:
        customer = Customer(seed)
        given = said({row["id"] for row in customer.rows["workspace"]}, None)
        await page(crowd, customer, "gil", PAGE, **given)
        async with crowd.listening() as heard:
            await page(crowd, customer, "gil", PAGE, **given)
        counts[seed] = len(heard)
    assert max(counts.values()) <= 15, counts
