"""Types of the ordinary server for licence insights."""

from decimal import Decimal
from typing import Any

import strawberry


@strawberry.type
class Deployment:
    product_name: str
    licenses_sold: int
    licenses_assigned: int
    deployment_percent: Decimal | None


@strawberry.type
class Usage:
    service: str
    workload: str
    licenses_active: int
    licenses_qualified: int
    usage_percent: Decimal | None


@strawberry.type
class Insights:
    licenses_sold: int
    licenses_assigned: int
    deployment_percent: Decimal | None
    deployment: list[Deployment]
    usage: list[Usage]


def insights(figures: dict[str, Any]) -> Insights:
    def percent(value: str | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    return Insights(
        licenses_sold=figures["licensesSold"],
        licenses_assigned=figures["licensesAssigned"],
        deployment_percent=percent(figures["deploymentPercent"]),
        deployment=[
            Deployment(
                product_name=each["productName"],
                licenses_sold=each["licensesSold"],
                licenses_assigned=each["licensesAssigned"],
                deployment_percent=percent(each["deploymentPercent"]),
            )
            for each in figures["deployment"]
        ],
        usage=[
            Usage(
                service=each["service"],
                workload=each["workload"],
                licenses_active=each["licensesActive"],
                licenses_qualified=each["licensesQualified"],
                usage_percent=percent(each["usagePercent"]),
            )
            for each in figures["usage"]
        ],
    )
