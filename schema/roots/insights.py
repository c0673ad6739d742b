"""Questions of partners about the licences of one customer."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import strawberry

from resolvers import adoption, insights, subscriptions
from resolvers.arguments import described
from resolvers.batch import Level
from resolvers.fields import question
from schema.adoption import AdoptionAdvice
from schema.insights import CustomerInsights
from schema.license_subscription import CustomerSubscriptions
from schema.words import ServiceCode

Customer = Annotated[strawberry.ID, described("The customer: an id of `viewer { customers }`.")]
Services = Annotated[list[ServiceCode] | None, described("Only these services; without it all that insights cover.")]
AsOf = Annotated[date | None, described("Last day of the window of use; today without it.")]


async def _customer_insights(
    info: Level, customer_tenant_id: Customer, services: Services = None, as_of: AsOf = None
) -> insights.Insights:
    asked: Sequence[Any] | None = services
    return await insights.customer_insights(info.context, customer_tenant_id, asked, as_of)


async def _customer_subscriptions(
    info: Level,
    customer_tenant_id: Customer,
    services: Annotated[list[ServiceCode] | None, described("Only these services; without it all of them.")] = None,
) -> subscriptions.OwnSales:
    asked: Sequence[Any] | None = services
    return await subscriptions.customer_subscriptions(info.context, customer_tenant_id, asked)


async def _adoption_advice(
    info: Level, customer_tenant_id: Customer, services: Services = None, as_of: AsOf = None
) -> adoption.Adoption:
    asked: Sequence[Any] | None = services
    return await adoption.adoption_advice(info.context, customer_tenant_id, asked, as_of)


@strawberry.type
class InsightQueries:
    customer_insights: CustomerInsights | None = question(
        _customer_insights,
        description="For a partner: deployment and use of a customer's licences, over all partners.",
        applications=True,
    )
    customer_subscriptions: CustomerSubscriptions | None = question(
        _customer_subscriptions,
        description="For a partner: what it sold to a customer itself; nothing of other sellers.",
        applications=True,
    )
    adoption_advice: AdoptionAdvice | None = question(
        _adoption_advice,
        description="For a partner: whether a customer should be helped to use what it bought, and how.",
        applications=True,
    )
