"""What every object with an id shares."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import strawberry

from resolvers.fields import identified
from tenancy import tables
from tenancy.database import Row
from tenancy.tables import Table


@strawberry.interface(description="An object with a global id.")
class Node:
    id: strawberry.ID = identified("Node")

    @classmethod
    def resolve_type(cls, value: Any, *_: Any) -> str:
        """The type that a row stands in for: the record class was made for it (see `record`)."""
        name: str = type(value).graphql_type_name
        return name


@cache
def nodes() -> Mapping[str, type[Table]]:
    """The types that `node` finds, and where their rows are: a type is called like the class of its table."""
    return {each.__name__: getattr(tables, each.__name__) for each in Node.__subclasses__()}


class StandsIn:
    """Mixed into the types whose objects are rows; a row has no class of the contract that could be checked."""

    takes_rows: ClassVar[bool] = True
    """Tells the executor that rows need not be asked one by one: `is_type_of` accepts each."""

    @classmethod
    def is_type_of(cls, *_: Any) -> bool:
        return True


RECORDS: dict[str, type[Row]] = {}


def record(type_name: str) -> type[Row]:
    """The record class of rows that stand in for this type."""
    if type_name not in RECORDS:
        RECORDS[type_name] = type(f"{type_name}Row", (Row,), {"graphql_type_name": type_name})
    return RECORDS[type_name]
