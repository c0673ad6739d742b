"""Insights for partners: how well the licences of a customer are deployed and used."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from resolvers.batch import Parents, batched
from resolvers.insights_sources import Sources
from schema.people import Tenant
from schema.words import LicenseStanding, ServiceCode, UsageHint, Workload

DEPLOYMENT = (
    "sum(assigned) / sum(sold) x 100 over subscriptions that are active, paid for and not upgraded away, whoever sold "
    "them; as of the last load (PC-8, PC-16, PC-18, D-28)"
)
USAGE = (
    "distinct (subscription, user) pairs active on the workload in the 28 days up to asOf, in any state and on trials "
    "too / sum(sold) of the service x 100, never clipped (PC-17, PC-19..24, D-7, D-25, D-29)"
)


@strawberry.type(description="Deployment of one product, over all partners and direct purchases.")
class DeploymentRow:
    service: ServiceCode = strawberry.field(description="The service.")
    product_id: str = strawberry.field(description="Id of the product.")
    product_name: str = strawberry.field(description="Name of the product.")
    licenses_sold: int = strawberry.field(description="Licences sold on subscriptions that count.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")
    deployment_percent: Decimal | None = strawberry.field(
        description="Assigned / sold x 100, one decimal; null when nothing counts as sold."
    )


@strawberry.type(description="Use of one workload within the window of 28 days.")
class UsageRow:
    service: ServiceCode = strawberry.field(description="The service.")
    workload: Workload = strawberry.field(description="Where use was observed; OneDrive is part of SharePoint.")
    licenses_active: int = strawberry.field(
        description="Distinct pairs of subscription and user, any state, trials too."
    )
    licenses_qualified: int = strawberry.field(description="Licences sold on subscriptions that count.")
    usage_percent: Decimal | None = strawberry.field(
        description="Active / qualified x 100, one decimal, never clipped; null when nothing qualifies."
    )
    hints: list[UsageHint] = strawberry.field(description="Why the percentage may be inflated, or missing.")


@strawberry.type(
    description="Licences of one product in one standing, over all sellers. Rows that count add up to the deployment."
)
class LicenseSource:
    standing: LicenseStanding = strawberry.field(description="Whether they count as sold.")
    service: ServiceCode = strawberry.field(description="The service.")
    product_id: str = strawberry.field(description="Id of the product.")
    product_name: str = strawberry.field(description="Name of the product.")
    licenses_sold: int = strawberry.field(description="Licences sold.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")


@strawberry.type(
    description="Use of one workload on licences of one standing. All rows of a workload add up to its active licences."
)
class UseSource:
    standing: LicenseStanding = strawberry.field(description="Whether the licences count as sold.")
    service: ServiceCode = strawberry.field(description="The service.")
    workload: Workload = strawberry.field(description="Where use was observed; OneDrive is part of SharePoint.")
    licenses_active: int = strawberry.field(description="Distinct pairs of subscription and user within the window.")


@strawberry.type(description="How fresh one source of figures is.")
class SourceLoad:
    source: str = strawberry.field(description="Name of the source: `subscription` or `license_activity`.")
    loaded_at: datetime = strawberry.field(description="When it was last loaded for the customer, UTC.")
    as_of: date = strawberry.field(description="The last day that it speaks of.")


@strawberry.type(description="How the insights of a customer come about: the rows add up to the figures.")
class InsightsExplanation:
    deployment: str = strawberry.field(description="The formula of deployment, and the rules behind it.")
    usage: str = strawberry.field(description="The formula of usage, and the rules behind it.")
    licenses: list[LicenseSource] = strawberry.field(description="The licences behind the deployment, of any standing.")
    use: list[UseSource] = strawberry.field(description="The use behind the usage, of any standing.")
    freshness: list[SourceLoad] = strawberry.field(description="How fresh each source is, by name.")


async def _explanation(parents: Parents) -> list[InsightsExplanation]:
    return [await _explained(each.sources) for each in parents]


async def _explained(sources: Sources) -> InsightsExplanation:
    rows: dict[str, Any] = {"licenses": sources.licenses, "use": sources.use, "freshness": await sources.loads()}
    return InsightsExplanation(deployment=DEPLOYMENT, usage=USAGE, **rows)


@strawberry.type(description="Licence insights of one customer: totals over all partners.")
class CustomerInsights:
    customer: Tenant = strawberry.field(description="The customer.")
    as_of: date = strawberry.field(description="Last day of the window of use.")
    window_start: date = strawberry.field(description="First day of the window: 27 days earlier.")
    licenses_sold: int = strawberry.field(description="Licences sold on subscriptions that count.")
    licenses_assigned: int = strawberry.field(description="Of these, licences assigned to users.")
    deployment_percent: Decimal | None = strawberry.field(description="Assigned / sold x 100 over all products.")
    deployment: list[DeploymentRow] = strawberry.field(description="Deployment per product.")
    usage: list[UsageRow] = strawberry.field(description="Use per service and workload.")
    explanation: InsightsExplanation = batched(
        _explanation, columns=("sources",), description="Formulas, source rows and freshness of the figures."
    )
