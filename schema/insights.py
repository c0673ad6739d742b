"""Insights for partners: how well the licences of a customer are deployed and used."""

from datetime import date
from decimal import Decimal

import strawberry

from schema.people import Tenant
from schema.words import ServiceCode, UsageHint, Workload


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
