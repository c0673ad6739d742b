"""How well licences are deployed and used (PC-15..24, D-7, D-25, D-28, D-29).

Usage counts pairs of a subscription and a user, so that two subscriptions of one person are two uses, as their
licences are two licences. The numerator takes every subscription, the divisor only those that count; that
is how figures above 100 % come about, and the hints say why.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import auto
from typing import Final

from resolvers.rules.quantities import percent
from resolvers.rules.refused import Refused
from tenancy.words import ServiceCode, SubscriptionState, Workload
from tenancy.words.word import Word

ACTIVE_DAYS: Final = 28
"""The length of the active window in calendar days, the as-of date included (PC-17, D-25)."""

COVERED_SERVICES: Final = (ServiceCode.O365, ServiceCode.DYNAMICS365)
"""The services that insights report on (PC-10)."""

WORKLOADS: Final[Mapping[ServiceCode, tuple[Workload, ...]]] = {
    ServiceCode.O365: (
        Workload.EXCHANGE,
        Workload.SHAREPOINT,
        Workload.TEAMS,
        Workload.SFB,
        Workload.YAMMER,
        Workload.OFFICE_APPS,
    ),
    ServiceCode.DYNAMICS365: (Workload.DYNAMICS,),
    ServiceCode.OTHER: (),
}
"""Where the licences of a service can be used, as it is reported: OneDrive is a part of SharePoint (PC-5, D-29)."""

OPEN_WORKLOADS: Final = frozenset({Workload.YAMMER})
"""Workloads that people use without a licence for them (PC-24)."""


class UsageHint(Word):
    """Why a usage figure is inflated (PC-20..24, 5.7)."""

    REASSIGNED = auto()
    NON_ACTIVE_SUBSCRIPTION = auto()
    TRIAL = auto()
    UNLICENSED_USE = auto()


class LicenseStanding(Word):
    """Whether licences count as sold, and if not, why (PC-16, PC-23)."""

    COUNTED = auto()
    TRIAL = auto()
    NON_ACTIVE = auto()


@dataclass(frozen=True, slots=True)
class Subscription:
    """Licences of one product sold to one customer."""

    id: str
    state: SubscriptionState
    is_trial: bool
    is_superseded: bool
    sold: int
    assigned: int


@dataclass(frozen=True, slots=True)
class Active:
    """How many distinct users a subscription had on a reported workload within the window."""

    subscription_id: str
    workload: Workload
    users: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """Licences sold and assigned, and their ratio in percent; None when nothing counts as sold (D-28)."""

    sold: int
    assigned: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Active uses of a workload against qualified licences; None per cent when nothing qualifies (D-28)."""

    workload: Workload
    active: int
    qualified: int
    percent: Decimal | None
    hints: tuple[UsageHint, ...]


def standing(subscription: Subscription) -> LicenseStanding:
    """Licences are sold and qualified while active, paid for and not upgraded away (PC-16, PC-23, AE-51)."""
    if subscription.is_trial:
        return LicenseStanding.TRIAL
    running = subscription.state is SubscriptionState.ACTIVE and not subscription.is_superseded
    return LicenseStanding.COUNTED if running else LicenseStanding.NON_ACTIVE


def counts(subscription: Subscription) -> bool:
    """Whether its licences are sold and qualified."""
    return standing(subscription) is LicenseStanding.COUNTED


def window(as_of: date) -> tuple[date, date]:
    """First and last day on which use counts as active: the as-of date and the 27 days before it (D-25)."""
    return as_of - timedelta(days=ACTIVE_DAYS - 1), as_of


def reported_workload(workload: Workload) -> Workload:
    """The workload under which use is reported: OneDrive goes with SharePoint (PC-5, D-29)."""
    return Workload.SHAREPOINT if workload is Workload.ONEDRIVE else workload


def deployment(subscriptions: Iterable[Subscription]) -> Deployment:
    """Sold and assigned over all that count, whoever sold them (PC-8, PC-18); of sums, never of averages (AE-42)."""
    counted = [subscription for subscription in subscriptions if counts(subscription)]
    sold, assigned = sum(one.sold for one in counted), sum(one.assigned for one in counted)
    return Deployment(sold, assigned, percent(assigned, sold))


def usage(
    subscriptions: Iterable[Subscription], active: Iterable[Active], workloads: Iterable[Workload] = ()
) -> tuple[Usage, ...]:
    """Usage per reported workload, in the order of `Workload` (PC-19, D-7), never capped.

    `active`: one row per subscription and reported workload, users of OneDrive and SharePoint united (D-29).
    Rows of subscriptions outside `subscriptions` are ignored. `workloads` are listed even when nobody used them.
    """
    known = {subscription.id: subscription for subscription in subscriptions}
    qualified = deployment(known.values()).sold
    rows: dict[Workload, list[tuple[Subscription, int]]] = {workload: [] for workload in workloads}
    for row in active:
        if row.users and row.subscription_id in known:
            rows.setdefault(row.workload, []).append((known[row.subscription_id], row.users))
    return tuple(_usage(workload, qualified, rows[workload]) for workload in Workload if workload in rows)


def observed(service: ServiceCode, subscriptions: Iterable[Subscription]) -> tuple[Workload, ...]:
    """Workloads to list for a service even when nobody uses them: all of it, once any licence of it counts (PC-19)."""
    return WORKLOADS[service] if deployment(subscriptions).sold else ()


def active_users(activity: Iterable[tuple[str, str, Workload, date]], as_of: date) -> tuple[Active, ...]:
    """Raw activity (subscription, user, workload, day) as the distinct users that `usage` counts."""
    first, last = window(as_of)
    users: Mapping[tuple[str, Workload], Set[str]] = _users(activity, first, last)
    return tuple(Active(subscription, workload, len(people)) for (subscription, workload), people in users.items())


def cover(services: Iterable[ServiceCode]) -> Refused | None:
    """Insights exist for Office 365 and Dynamics 365 only (PC-10, AE-52)."""
    beyond = [service for service in services if service not in COVERED_SERVICES]
    return Refused("PRODUCT_NOT_COVERED", "PC-10", "services") if beyond else None


def _usage(workload: Workload, qualified: int, rows: list[tuple[Subscription, int]]) -> Usage:
    active = sum(users for _, users in rows)
    hints = {hint for subscription, users in rows for hint in _hints(workload, subscription, users)}
    in_order = tuple(hint for hint in UsageHint if hint in hints)
    return Usage(workload, active, qualified, percent(active, qualified), in_order)


def _hints(workload: Workload, subscription: Subscription, users: int) -> Iterator[UsageHint]:
    """What one subscription does to the figure: it adds uses but no licences, or more uses than licences."""
    if subscription.is_trial:
        yield UsageHint.TRIAL
    elif not counts(subscription):
        yield UsageHint.NON_ACTIVE_SUBSCRIPTION
    elif users > subscription.sold:
        # More people than licences in one window: the licences went round, or are not needed at all.
        yield UsageHint.UNLICENSED_USE if workload in OPEN_WORKLOADS else UsageHint.REASSIGNED


def _users(
    activity: Iterable[tuple[str, str, Workload, date]], first: date, last: date
) -> Mapping[tuple[str, Workload], Set[str]]:
    users: defaultdict[tuple[str, Workload], set[str]] = defaultdict(set)
    for subscription, user, workload, day in activity:
        if first <= day <= last:
            users[subscription, reported_workload(workload)].add(user)
    return users
