"""Licences and their use, with the figures of the insight examples (AE-42..AE-51, AE-55)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records
from tenancy.words import ServiceCode, SubscriptionState, Workload

WINDOW: Final = 28
"""Days in which use counts, today included (D-25)."""

_P, _Q = "partner-p", "partner-q"
_W = Workload


@dataclass(frozen=True, slots=True)
class Licence:
    """One subscription. `used` says how many people used each workload within the window."""

    name: str
    product: str
    sold: int
    assigned: int
    partner: str | None = _P
    service: ServiceCode = ServiceCode.O365
    state: SubscriptionState = SubscriptionState.ACTIVE
    trial: bool = False
    superseded_by: str | None = None
    used: tuple[tuple[Workload, int], ...] = ()


_CRM = ServiceCode.DYNAMICS365
_S = SubscriptionState

PORTFOLIO: Final[Mapping[str, tuple[Licence, ...]]] = {
    "contoso": (
        # AE-48: far more people than licences on Yammer; documents in either place count once.
        Licence(
            "office",
            "Office E3",
            40,
            38,
            used=((_W.EXCHANGE, 36), (_W.YAMMER, 95), (_W.SHAREPOINT, 20), (_W.ONEDRIVE, 15)),
        ),
        # AE-45: nine people, and one licence that two people had one after the other.
        Licence("sales", "Dynamics Sales", 10, 10, service=_CRM, used=((_W.DYNAMICS, 11),)),
        Licence("cloud", "Cloud Plan", 5, 1, service=ServiceCode.OTHER),
    ),
    "fabrikam": (
        # AE-42: 75.0 per cent deployed. The old subscription of the same product is in grace (PC-22).
        Licence("office", "Office E3", 200, 150, used=((_W.EXCHANGE, 120), (_W.TEAMS, 90))),
        Licence("office-old", "Office E3", 10, 10, state=_S.IN_GRACE, used=((_W.EXCHANGE, 5),)),
        # AE-55: well deployed and little used.
        Licence("service", "Dynamics Service", 50, 45, None, _CRM, used=((_W.DYNAMICS, 11),)),
    ),
    "tailspin": (
        # AE-50: three sellers, 100 sold and 80 assigned; AE-43: 64 of 100 use their mail.
        Licence("office-p", "Office E3", 30, 20, used=((_W.EXCHANGE, 20), (_W.TEAMS, 12))),
        Licence("office-q", "Office E3", 50, 45, _Q, used=((_W.EXCHANGE, 34),)),
        Licence("office-direct", "Office E3", 20, 15, None, used=((_W.EXCHANGE, 10),)),
        # AE-51: 100 sold, 80 of them qualified.
        Licence("sales", "Dynamics Sales", 80, 60, service=_CRM, used=((_W.DYNAMICS, 40),)),
        Licence("fraud", "Dynamics Sales", 10, 9, service=_CRM, state=_S.SUSPENDED, used=((_W.DYNAMICS, 2),)),
        Licence("upgraded", "Dynamics Sales Basic", 5, 5, service=_CRM, superseded_by="sales"),
        Licence("cancelled", "Dynamics Sales", 5, 0, service=_CRM, state=_S.CANCELLED),
        Licence("disabled", "Dynamics Marketing", 3, 3, service=_CRM, state=_S.DISABLED),
        Licence("gone", "Dynamics Marketing", 2, 2, service=_CRM, state=_S.DEPROVISIONED),
    ),
    "wingtip": (
        # AE-47: activity of a trial counts, its licences do not; the second service has nothing but a trial.
        Licence("office", "Office E3", 20, 20, used=((_W.EXCHANGE, 18),)),
        Licence("office-trial", "Office E5", 25, 12, trial=True, used=((_W.EXCHANGE, 10),)),
        Licence("sales-trial", "Dynamics Sales", 25, 10, service=_CRM, trial=True, used=((_W.DYNAMICS, 10),)),
    ),
}


def licences(book: Book) -> Records:
    """The subscriptions of one customer, and who used them when."""
    for licence in PORTFOLIO.get(book.tenant, ()):
        yield _subscription(book, licence)
        yield from _activity(book, licence)


def _subscription(book: Book, licence: Licence) -> Record:
    over = licence.state in (_S.CANCELLED, _S.DEPROVISIONED)
    return book.row(
        "subscription",
        f"licence/{licence.name}",
        partner_tenant_id=licence.partner and ids.of(licence.partner),
        service_code=licence.service,
        product_id=licence.product.upper().replace(" ", "-"),
        product_name=licence.product,
        channel="RESELLER" if licence.partner else "DIRECT",
        is_trial=licence.trial,
        state=licence.state,
        superseded_by_id=licence.superseded_by and book.id(f"licence/{licence.superseded_by}"),
        licenses_sold=licence.sold,
        licenses_assigned=licence.assigned,
        starts_on=book.days.day("2024-10-01"),
        ends_on=book.days.day("2025-05-31") if over else None,
    )


def _activity(book: Book, licence: Licence) -> Records:
    subscription = book.id(f"licence/{licence.name}")
    for workload, number, days_ago in _uses(licence):
        yield book.link(
            "license_activity",
            subscription_id=subscription,
            user_key=f"{book.tenant}-{number:04}",
            workload_code=workload,
            active_on=book.days.ago(days_ago),
        )


def _uses(licence: Licence) -> Iterator[tuple[Workload, int, int]]:
    """Workload, number of the person, days ago: spread over the whole window, and one person just before it."""
    for workload, people in licence.used:
        for number in range(1, people + 1):
            yield workload, number, (number - 1) % WINDOW
        # AE-44: the day before the window does not count.
        yield workload, people + 1, WINDOW
