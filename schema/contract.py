"""The contract: the one schema that everybody talks to. Its SDL is committed as `schema.graphql`."""

from datetime import date, datetime
from decimal import Decimal

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.catalogue import Product, Sla, Subject
from schema.people import User
from schema.root import Mutation, Query, Subscription
from schema.scalars import DATE, DATE_TIME, DECIMAL

contract = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[User, Product, Sla, Subject],
    config=StrawberryConfig(
        disable_field_suggestions=True, scalar_map={date: DATE, datetime: DATE_TIME, Decimal: DECIMAL}
    ),
)


def sdl() -> str:
    """The contract as text, the same for ever as long as nothing changes."""
    return contract.as_str() + "\n"
