"""Questions of partners about the licences of their customers."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import strawberry

from resolvers import insights
from resolvers.arguments import described
from resolvers.batch import Level
from resolvers.fields import question
from schema.insights import CustomerInsights
from schema.words import ServiceCode


async def _customer_insights(
    info: Level,
    customer_tenant_id: Annotated[strawberry.ID, described("The customer: an id of `viewer { customers }`.")],
    services: Annotated[
        list[ServiceCode] | None, described("Only these services; without it all that insights cover.")
    ] = None,
    as_of: Annotated[date | None, described("Last day of the window of use; today without it.")] = None,
) -> insights.Insights:
    asked: Sequence[Any] | None = services
    return await insights.customer_insights(info.context, customer_tenant_id, asked, as_of)


@strawberry.type
class InsightQueries:
    customer_insights: CustomerInsights | None = question(
        _customer_insights,
        description="For a partner: deployment and use of a customer's licences, over all partners.",
        applications=True,
    )
