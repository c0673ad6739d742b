"""The demo world holds the figures of the insight examples, and the links that open them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.demo import ids
from resolvers.rules import licence_usage, partnerships
from resolvers.rules.licence_usage import UsageHint
from tenancy.words import (
    RelationshipKind,
    RelationshipStatus,
    ServiceCode,
    SubscriptionState,
    Workload,
)
from tests.gateway.demo.told import TODAY, Record, rows


def _sold(tenant: str, service: ServiceCode, **columns: Any) -> list[licence_usage.Subscription]:
    return [
        licence_usage.Subscription(
            each["id"],
            SubscriptionState(each["state"]),
            each["is_trial"],
            each["superseded_by_id"] is not None,
            each["licenses_sold"],
            each["licenses_assigned"],
        )
        for each in rows("subscription", tenant, service_code=service, **columns)
    ]


def _usage(tenant: str, service: ServiceCode, workload: Workload) -> licence_usage.Usage:
    activity = (
        (
            each["subscription_id"],
            each["user_key"],
            Workload(each["workload_code"]),
            date.fromisoformat(each["active_on"]),
        )
        for each in rows("license_activity", tenant)
    )
    usage = licence_usage.usage(_sold(tenant, service), licence_usage.active_users(activity, TODAY))
    return next(each for each in usage if each.workload is workload)


@pytest.mark.parametrize(
    ("tenant", "service", "sold", "assigned", "percent"),
    [
        ("fabrikam", "O365", 200, 150, "75.0"),  # AE-42
        ("fabrikam", "DYNAMICS365", 50, 45, "90.0"),  # AE-55
        ("tailspin", "O365", 100, 80, "80.0"),  # AE-50
        ("tailspin", "DYNAMICS365", 80, 60, "75.0"),  # AE-51
        ("wingtip", "DYNAMICS365", 0, 0, None),  # AE-47
    ],
)
def test_deployment_is_what_the_examples_say(
    tenant: str, service: str, sold: int, assigned: int, percent: str | None
) -> None:
    found = licence_usage.deployment(_sold(tenant, ServiceCode(service)))
    assert (found.sold, found.assigned) == (sold, assigned)
    assert found.percent == (percent and Decimal(percent))


def test_of_a_hundred_licences_p_sold_thirty() -> None:
    """AE-50: 66.7 per cent of its own are assigned."""
    own = _sold("tailspin", ServiceCode.O365, partner_tenant_id=ids.of("partner-p"))
    assert licence_usage.deployment(own) == licence_usage.Deployment(30, 20, Decimal("66.7"))


@pytest.mark.parametrize(
    ("tenant", "service", "workload", "active", "percent", "hint"),
    [
        ("tailspin", "O365", "EXCHANGE", 64, "64.0", None),  # AE-43
        ("contoso", "DYNAMICS365", "DYNAMICS", 11, "110.0", "REASSIGNED"),  # AE-45
        ("fabrikam", "O365", "EXCHANGE", 125, "62.5", "NON_ACTIVE_SUBSCRIPTION"),
        ("wingtip", "O365", "EXCHANGE", 28, "140.0", "TRIAL"),  # AE-47
        ("wingtip", "DYNAMICS365", "DYNAMICS", 10, None, "TRIAL"),
        ("contoso", "O365", "YAMMER", 95, "237.5", "UNLICENSED_USE"),  # AE-48
        ("contoso", "O365", "EXCHANGE", 36, "90.0", None),
        ("contoso", "O365", "SHAREPOINT", 20, "50.0", None),  # D-29: in both places, counted once
        ("fabrikam", "DYNAMICS365", "DYNAMICS", 11, "22.0", None),  # AE-55
    ],
)
def test_usage_is_what_the_examples_say(
    tenant: str, service: str, workload: str, active: int, percent: str | None, hint: str | None
) -> None:
    """Also AE-44: in every workload one person was active the day before the window, and does not count."""
    found = _usage(tenant, ServiceCode(service), Workload(workload))
    assert (found.active, found.percent) == (active, percent and Decimal(percent))
    assert found.hints == ((UsageHint(hint),) if hint else ())


def test_a_link_that_ended_ten_days_ago_still_opens_insights_and_one_of_sixty_days_does_not() -> None:
    """D-27, 3.5: nor does the right to act for a customer."""
    now = datetime(2025, 6, 15, 12, tzinfo=UTC)
    opened = {
        (each["partner_tenant_id"], each["tenant_id"])
        for each in rows("partner_relationship")
        if partnerships.opens_insights(_link(each), now)
    }
    p, q = ids.of("partner-p"), ids.of("partner-q")
    customers = {(p, "contoso"), (p, "tailspin"), (p, "wingtip"), (q, "tailspin"), (q, "fabrikam")}
    assert opened == {(partner, ids.of(name)) for partner, name in customers}


def _link(each: Record) -> partnerships.Relationship:
    ends = each["ends_at"] and datetime.fromisoformat(each["ends_at"])
    return partnerships.Relationship(
        kind=RelationshipKind(each["kind"]),
        status=RelationshipStatus(each["status"]),
        activated_at=datetime.fromisoformat(each["activated_at"]),
        ends_at=ends,
    )
