"""What stands behind the insights of one customer: licences and use by standing, which add up to its figures, and how
fresh each source is. Rows are sums over all sellers and tell no more than the hints do (PC-8, D-26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from resolvers.rules import licence_usage as rules
from tenancy import tables as t
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.words import ServiceCode, Workload

Bought: TypeAlias = Sequence[tuple[Any, rules.Subscription]]
"""Rows of subscriptions, each with what decides about it."""

_LOADS: Final = Statement(
    select(t.Freshness.source, t.Freshness.loaded_at, t.Freshness.as_of).order_by(t.Freshness.source)
)


@dataclass(frozen=True)
class LicenseSource:
    """Licences of one product in one standing. Those that count add up to the figures of deployment."""

    standing: rules.LicenseStanding
    service: ServiceCode
    product_id: str
    product_name: str
    licenses_sold: int
    licenses_assigned: int


@dataclass(frozen=True)
class UseSource:
    """Active users of one workload on licences of one standing. All of them add up to the figure of use."""

    standing: rules.LicenseStanding
    service: ServiceCode
    workload: Workload
    licenses_active: int


@dataclass(frozen=True)
class SourceLoad:
    """When a source was last loaded for the customer, UTC, and up to which day it speaks."""

    source: str
    loaded_at: datetime
    as_of: date


@dataclass(frozen=True)
class Sources:
    """The rows that one set of insights was computed from."""

    scope: Scope
    bought: Bought
    active: Sequence[rules.Active]

    @property
    def licenses(self) -> list[LicenseSource]:
        """By service, product and standing."""
        sums: dict[tuple[ServiceCode, str, str, rules.LicenseStanding], tuple[int, int]] = {}
        for row, one in self.bought:
            key = ServiceCode(row["service_code"]), row["product_id"], row["product_name"], rules.standing(one)
            sold, assigned = sums.get(key, (0, 0))
            sums[key] = sold + one.sold, assigned + one.assigned
        return [
            LicenseSource(standing, service, product, name, sold, assigned)
            for (service, product, name, standing), (sold, assigned) in sorted(sums.items())
        ]

    @property
    def use(self) -> list[UseSource]:
        """By service, workload and standing."""
        known = {one.id: (ServiceCode(row["service_code"]), rules.standing(one)) for row, one in self.bought}
        sums: dict[tuple[ServiceCode, Workload, rules.LicenseStanding], int] = {}
        for used in self.active:
            service, standing = known[used.subscription_id]
            key = service, used.workload, standing
            sums[key] = sums.get(key, 0) + used.users
        return [UseSource(standing, service, load, users) for (service, load, standing), users in sorted(sums.items())]

    async def loads(self) -> list[SourceLoad]:
        """Every source that was ever loaded for the customer."""
        rows = await self.scope.rows(_LOADS)
        return [SourceLoad(row["source"], row["loaded_at"], date.fromisoformat(row["as_of"])) for row in rows]
