"""Portfolios of random customers equal a second computation from the base rows (PC-6, PC-8, PC-15..24, AE-42)."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from gateway.demo import ids
from resolvers import ids as wire
from resolvers.rules import licence_usage as rules
from tenancy.importing import import_records
from tenancy.words import Channel, ServiceCode, SubscriptionState, Workload
from tests.world import TODAY, World

Record = dict[str, Any]
PARTNER = ids.of("partner-p")
ASKED = """query (
  $by: PortfolioGrouping!, $filter: PortfolioFilter, $asOf: Date, $order: PortfolioOrder!, $after: String
  $ascending: Boolean! = false
) {
  portfolioInsights(
    groupBy: $by, filter: $filter, asOf: $asOf, orderBy: $order, ascending: $ascending, first: 3, after: $after
  ) {
    total { licensesSold licensesAssigned deploymentPercent usage { ...use } }
    totalCount
    nodes { key licensesSold licensesAssigned deploymentPercent usage { ...use } }
    pageInfo { hasNextPage endCursor }
  }
}
fragment use on UsageRow { service workload licensesActive licensesQualified usagePercent hints }"""


def _portfolio(dice: random.Random) -> Iterator[Record]:
    for number in range(7):
        customer = f"random-{number}"
        yield {"table": "tenant", "id": ids.of(customer), "kind": "CUSTOMER", "name": customer}
        yield {
            "table": "partner_relationship",
            "tenant_id": ids.of(customer),
            "id": ids.of(f"{customer}/link"),
            "partner_tenant_id": PARTNER,
            "kind": "RESELLER",
            "status": "ACTIVE",
            "roles": [],
            "activated_at": "2024-01-01T00:00:00Z",
        }
        for place in range(dice.randint(1, 4)):
            yield from _subscription(dice, customer, f"{customer}/{place}")


def _subscription(dice: random.Random, customer: str, name: str) -> Iterator[Record]:
    sold = dice.randint(0, 8)
    service = dice.choice(list(ServiceCode))
    mine = {"tenant_id": ids.of(customer)}
    product = dice.choice(("E3", "E5"))
    yield mine | {
        "table": "subscription",
        "id": ids.of(name),
        "partner_tenant_id": dice.choice((PARTNER, ids.of("partner-q"), None)),
        "service_code": service,
        "product_id": product,
        "product_name": product,
        "channel": dice.choice(list(Channel)),
        "is_trial": dice.random() < 0.2,
        "state": dice.choice([SubscriptionState.ACTIVE] * 4 + list(SubscriptionState)),
        "licenses_sold": sold,
        "licenses_assigned": dice.randint(0, sold),
        "starts_on": "2024-01-01",
    }
    used = {
        (dice.randrange(9), dice.choice(list(Workload)), TODAY - timedelta(days=dice.randrange(70)))
        for _ in range(dice.randint(0, 30))
    }
    for user, workload, day in sorted(used, key=str):
        yield mine | {
            "table": "license_activity",
            "subscription_id": ids.of(name),
            "user_key": str(user),
            "workload_code": workload,
            "active_on": day.isoformat(),
        }


def _figures(sold: Sequence[Record], activity: Sequence[Record], day: date, workload: str | None = None) -> Record:
    """The figures of some subscriptions, by the rules alone."""
    found = rules.deployment(map(_rule, sold))
    uses = [
        (row["subscription_id"], row["user_key"], Workload(row["workload_code"]), date.fromisoformat(row["active_on"]))
        for row in activity
    ]
    active = [row for row in rules.active_users(uses, day) if workload in (None, row.workload)]
    by_service: dict[str, list[Record]] = defaultdict(list)
    for each in sold:
        by_service[each["service_code"]].append(each)
    usage = [
        {
            "service": str(service),
            "workload": str(line.workload),
            "licensesActive": line.active,
            "licensesQualified": line.qualified,
            "usagePercent": None if line.percent is None else str(line.percent),
            "hints": [str(hint) for hint in line.hints],
        }
        for service in ServiceCode
        for mine in [[_rule(each) for each in by_service[service]]]
        for line in rules.usage(mine, active, rules.observed(service, mine))
    ]
    return {
        "licensesSold": found.sold,
        "licensesAssigned": found.assigned,
        "deploymentPercent": None if found.percent is None else str(found.percent),
        "usage": usage,
    }


def _rule(row: Record) -> rules.Subscription:
    state = SubscriptionState(row["state"])
    return rules.Subscription(row["id"], state, row["is_trial"], False, row["licenses_sold"], row["licenses_assigned"])


KEYS: dict[str, Callable[[Record], str]] = {
    "CUSTOMER": lambda row: _global(row["tenant_id"]),
    "PRODUCT": lambda row: f"{row['service_code']}/{row['product_id']}",
    "SERVICE": lambda row: str(row["service_code"]),
    "CHANNEL": lambda row: str(row["channel"]),
}


async def _asked(world: World, **variables: Any) -> tuple[Record, Record]:
    """The total, and the groups of all pages by key."""
    groups: dict[str, Record] = {}
    after = None
    while True:
        answer = await world.data("petra", ASKED, variables | {"after": after})
        page = answer["portfolioInsights"]
        assert len(page["nodes"]) <= 3
        groups |= {node.pop("key"): node for node in page["nodes"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(groups) == page["totalCount"]
            return page["total"], groups


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_random_portfolio_equals_a_second_computation(fresh_world: World, seed: int) -> None:
    dice = random.Random(seed)
    told = list(_portfolio(dice))
    report = await import_records(fresh_world.address.system, "portfolio.ndjson", told)
    assert report.ok, report.problems
    everything = [row for row in told if row["table"] == "subscription"]
    covered = [row for row in everything if row["service_code"] != "OTHER"]
    activity = [row for row in told if row["table"] == "license_activity"]
    customers = sorted({row["tenant_id"] for row in covered})
    chosen = {"customerTenantIds": [_global(each) for each in customers]}

    for by, key in KEYS.items():
        day = TODAY - timedelta(days=dice.randrange(40))
        order = dice.choice(("LICENSES_SOLD", "LICENSES_ASSIGNED", "DEPLOYMENT_PERCENT"))
        total, groups = await _asked(fresh_world, by=by, asOf=day.isoformat(), order=order, filter=chosen)
        assert total == _figures(covered, activity, day)
        for name in {key(row) for row in covered}:
            assert groups.pop(name) == _figures([row for row in covered if key(row) == name], activity, day), (by, name)
        assert groups == {}


@pytest.mark.parametrize("seed", [4, 5])
async def test_workloads_of_a_random_portfolio_equal_a_second_computation(fresh_world: World, seed: int) -> None:
    """D-29, and the order by a figure of use"""
    dice = random.Random(seed)
    told = list(_portfolio(dice))
    await import_records(fresh_world.address.system, "portfolio.ndjson", told)
    covered = [row for row in told if row["table"] == "subscription" and row["service_code"] != "OTHER"]
    activity = [row for row in told if row["table"] == "license_activity"]
    chosen = {"customerTenantIds": [_global(each) for each in sorted({row["tenant_id"] for row in covered})]}
    _, groups = await _asked(fresh_world, by="WORKLOAD", order="USAGE_PERCENT", filter=chosen)
    expected = [line for line in _figures(covered, activity, TODAY)["usage"] if line["licensesActive"]]
    found = {key: group["usage"][0] for key, group in groups.items()}
    assert found == {f"{line['service']}/{line['workload']}": line for line in expected}
    percentages = [float(line["usagePercent"] or -1) for line in found.values()]
    assert percentages == sorted(percentages, reverse=True)


@pytest.mark.parametrize("by", ["CUSTOMER", "CHANNEL", "PRODUCT", "SERVICE"])
@pytest.mark.parametrize("ascending", [True, False])
async def test_groups_are_ranked_by_the_figure_of_use_that_they_show(
    fresh_world: World, by: str, ascending: bool
) -> None:
    """PC-19: against the licences of the workload's service, whatever else a group bought; null as if below 0."""
    told = list(_portfolio(random.Random(8)))
    await import_records(fresh_world.address.system, "portfolio.ndjson", told)
    for workload in ("EXCHANGE", "DYNAMICS"):
        asked = {"by": by, "order": "USAGE_PERCENT", "ascending": ascending, "filter": {"workloads": [workload]}}
        _, groups = await _asked(fresh_world, **asked)
        shares = [_share(group["usage"]) for group in groups.values()]
        assert shares == sorted(shares, reverse=not ascending)
        assert len(set(shares)) > 1


def _share(usage: list[Record]) -> Fraction:
    """Users of one workload against its licences, from the rows of each service that has it."""
    active, qualified = (sum(row[name] for row in usage) for name in ("licensesActive", "licensesQualified"))
    return Fraction(active, qualified) if qualified else Fraction(-1)


@pytest.mark.parametrize("seed", [6, 7])
async def test_months_of_a_random_portfolio_equal_a_second_computation(fresh_world: World, seed: int) -> None:
    """PC-17, D-25: as of the last day of each month, and of the day asked for in its own month."""
    dice = random.Random(seed)
    told = list(_portfolio(dice))
    await import_records(fresh_world.address.system, "portfolio.ndjson", told)
    covered = [row for row in told if row["table"] == "subscription" and row["service_code"] != "OTHER"]
    activity = [row for row in told if row["table"] == "license_activity"]
    chosen = {"customerTenantIds": [_global(each) for each in sorted({row["tenant_id"] for row in covered})]}
    total, groups = await _asked(fresh_world, by="MONTH", order="LICENSES_SOLD", filter=chosen)
    ends = [TODAY, *(date(2025, month, 1) - timedelta(days=1) for month in (6, 5, 4, 3))]
    expected = {f"{day:%Y-%m}": _figures(covered, activity, day) for day in ends}
    assert total == expected["2025-06"]
    assert groups == {month: figures for month, figures in expected.items() if _was_used(figures)}

    # Named products are added up from the daily rows: the two ways must agree.
    named = chosen | {"productIds": ["E3", "E5"]}
    assert (total, groups) == await _asked(fresh_world, by="MONTH", order="LICENSES_SOLD", filter=named)


def _was_used(figures: Record) -> bool:
    return any(line["licensesActive"] for line in figures["usage"])


def _global(customer: str) -> str:
    return wire.encode("Tenant", customer)


async def test_a_page_costs_the_same_statements_whatever_its_size(world: World) -> None:
    sizes = []
    await world.data("petra", "{ viewer { name } }")  # her tenant is remembered from now on
    for first in (1, 3):
        async with world.listening() as heard:
            await world.data(
                "petra",
                "query ($first: Int) { portfolioInsights(groupBy: CUSTOMER, first: $first) {"
                " nodes { customer { name } licensesSold usage { licensesActive } }"
                " total { usage { licensesActive } } } }",
                {"first": first},
            )
        sizes.append(len(heard))
    assert sizes[0] == sizes[1]
