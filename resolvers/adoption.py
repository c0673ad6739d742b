"""Advice for a partner whose customer makes little of its licences, or asks a lot (PC-25..33, D-40, AE-55)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, DateTime, Text

from resolvers.context import Context
from resolvers.days import day_asked
from resolvers.insights_links import covered, linked
from resolvers.rules import adoption
from resolvers.rules import licence_usage as rules
from resolvers.rules.quantities import percent
from resolvers.subscriptions import counted
from tenancy import tables as t
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement
from tenancy.viewer import Home, require
from tenancy.words import CaseType, ServiceCode

_LICENCES = Statement(
    select(
        t.Subscription.id,
        t.Subscription.service_code,
        t.Subscription.state,
        t.Subscription.is_trial,
        t.Subscription.superseded_by_id,
        t.Subscription.licenses_sold,
        t.Subscription.licenses_assigned,
    ).where(t.Subscription.service_code == func.any(bindparam("services", type_=ARRAY(Text))))
)

_USES = (
    select(t.LicenseActivity.subscription_id, t.LicenseActivity.user_key)
    .where(t.LicenseActivity.active_on.between(bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)))
    .distinct()
    .subquery()
)
_ACTIVE = Statement(
    select(t.Subscription.service_code, func.count().label("users"))
    .join(_USES, _USES.c.subscription_id == t.Subscription.id)
    .group_by(t.Subscription.service_code)
)

# Numbers of the customer's cases, and nothing of any one of them: the partner sees none (3.5).
_CASES = Statement(
    select(
        func.count().label("cases"),
        func.count().filter(t.Case.case_type == CaseType.QUESTION).label("questions"),
    ).where(
        t.Case.created_at >= bindparam("since", type_=DateTime(timezone=True)),
        t.Case.created_at < bindparam("until", type_=DateTime(timezone=True)),
    ),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class ServiceAdoption:
    """How far one service is taken up: users of any of its workloads against qualified licences (PC-17, PC-19)."""

    service: ServiceCode
    deployment_percent: Decimal | None
    usage_percent: Decimal | None

    def advice(self, questions: int, cases: int, limits: adoption.Thresholds) -> tuple[adoption.Advice, ...]:
        return adoption.advise(self.deployment_percent, self.usage_percent, questions, cases, limits)


@dataclass(frozen=True)
class Adoption:
    """What was looked at, and the advice that follows; none when all is well."""

    customer: Home
    as_of: date
    services: list[ServiceAdoption]
    cases: int
    questions: int
    thresholds: adoption.Thresholds

    @property
    def advice(self) -> list[adoption.Advice]:
        """Each scenario that fits any of the services, once, A before B."""
        lines = self.services or [ServiceAdoption(ServiceCode.O365, None, None)]
        found = {each.scenario: each for line in lines for each in self._of(line)}
        return [found[scenario] for scenario in sorted(found)]

    def _of(self, line: ServiceAdoption) -> tuple[adoption.Advice, ...]:
        return line.advice(self.questions, self.cases, self.thresholds)


async def adoption_advice(
    context: Context, customer_id: str, services: Sequence[ServiceCode] | None, as_of: date | None
) -> Adoption:
    """Advice about one customer; refusals in the order role, service, day, link (AE-52)."""
    scope = context.scope
    require(scope.viewer, Action.READ_INSIGHTS, rule="PC-1")
    asked, day = covered(services), day_asked(scope, as_of)
    customer = await linked(scope, customer_id)
    return await _looked_at(scope.visiting(customer), customer, asked, day, context.house.thresholds)


async def _looked_at(
    scope: Scope, customer: Home, services: Sequence[ServiceCode], day: date, limits: adoption.Thresholds
) -> Adoption:
    first, last = rules.window(day)
    licences = await scope.rows(_LICENCES, services=services)
    used = await scope.rows(_ACTIVE, first_day=first, last_day=last)
    since, until = adoption.case_window(day)
    (cases,) = await scope.rows(_CASES, since=_midnight(since), until=_midnight(until + timedelta(days=1)))
    active = {ServiceCode(row["service_code"]): row["users"] for row in used}
    sold = {ServiceCode(row["service_code"]) for row in licences}
    lines = [_adoption(service, licences, active.get(service, 0)) for service in ServiceCode if service in sold]
    return Adoption(customer, day, lines, cases["cases"], cases["questions"], limits)


def _adoption(service: ServiceCode, licences: Sequence[Any], active: int) -> ServiceAdoption:
    sums = rules.deployment(counted(row) for row in licences if row["service_code"] == service)
    return ServiceAdoption(service, sums.percent, percent(active, sums.sold))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
