"""What a file is before it is written: columns, rows in chunks, sums that prove them, and what was held back.

Everything is read in one scope, so from one snapshot; rows come through a cursor of the server, so a file of any length
takes the memory of one chunk (E-04, E-05).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import auto
from typing import Any, Final, Protocol

from resolvers.sheets import Column
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.words.word import Word

HIDDEN: Final = "hidden_"
"""Leads the names of counts in a statement of totals: cells of the column that the viewer may not see."""


class ExportPart(Word):
    """What of a file was held back."""

    ROWS = auto()
    CELLS = auto()
    COLUMNS = auto()


@dataclass(frozen=True)
class Withheld:
    """Something that is not in a file, by which rule. `count` is None where the number itself would tell too much."""

    part: ExportPart
    rule: str
    reason: str
    column: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Totals:
    """What the database counts and sums in the file's own snapshot; the rows that are written must agree with it."""

    rows: int
    sums: Mapping[str, Decimal]
    hidden: Mapping[str, int] = field(default_factory=dict)


class ExportFile(Protocol):
    """One file that was asked for, and may be."""

    @property
    def title(self) -> str:
        """What it holds, in one plain word: for its name and its sheet."""

    @property
    def as_of(self) -> date:
        """The day that it speaks of."""

    @property
    def columns(self) -> Sequence[Column]: ...

    async def totals(self, scope: Scope) -> Totals: ...

    def chunks(self, scope: Scope) -> AsyncIterator[list[list[Any]]]: ...

    async def withheld(self, scope: Scope, totals: Totals) -> list[Withheld]: ...

    async def grounds(self, scope: Scope) -> Mapping[str, Sequence[str]]:
        """What opens its rows to the reader now, beside roles, workspaces and shares: ids, by what they are."""


async def _nothing(_: Scope, __: Totals) -> list[Withheld]:
    return []


@dataclass(frozen=True)
class Streamed:
    """A file whose rows are those of one statement, which selects the columns in their order."""

    title: str
    as_of: date
    columns: tuple[Column, ...]
    rows: Statement
    counted: Statement
    values: Mapping[str, Any]
    held_back: Callable[[Scope, Totals], Awaitable[list[Withheld]]] = _nothing
    rules: Mapping[str, str] = field(default_factory=dict)
    """Column -> the rule by which cells of it may be hidden."""

    async def totals(self, scope: Scope) -> Totals:
        """One row: `rows`, the sum of each summed column, and the hidden cells of others."""
        (found,) = await scope.rows(self.counted, **self.values)
        return Totals(
            found["rows"],
            {each.name: Decimal(found[each.name] or 0) for each in self.columns if each.summed},
            {name.removeprefix(HIDDEN): count for name, count in found.items() if name.startswith(HIDDEN) and count},
        )

    async def chunks(self, scope: Scope) -> AsyncIterator[list[list[Any]]]:
        async for rows in scope.stream(self.rows, **self.values):
            yield [list(row) for row in rows]

    async def withheld(self, scope: Scope, totals: Totals) -> list[Withheld]:
        found = await self.held_back(scope, totals)
        return found + [
            Withheld(ExportPart.CELLS, self.rules[column], _CELL, column=column, count=count)
            for column, count in totals.hidden.items()
        ]

    async def grounds(self, _: Scope) -> Mapping[str, Sequence[str]]:
        return {}


_CELL: Final = "Names of what the reader may not see; the cells are empty."
