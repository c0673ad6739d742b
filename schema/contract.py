"""The contract: the one schema that everybody talks to. Its SDL is committed as `schema.graphql`."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.catalogue import Product, Sla, Subject
from schema.execution.bindings import strawberry_field
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


def closed_to_applications(fields: Iterable[str]) -> frozenset[str]:
    """Those of these root fields of queries that no application may ask, whatever was granted to it (D-30)."""
    known = contract._schema.query_type
    there = known.fields if known is not None else {}
    found = {name: strawberry_field(there[name]) for name in fields if name in there}
    return frozenset(name for name, field in found.items() if not (field and field.metadata.get("applications")))


def sdl() -> str:
    """The contract as text, the same for ever as long as nothing changes."""
    return contract.as_str() + "\n"
