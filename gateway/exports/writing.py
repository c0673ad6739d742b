"""Files of any length, written chunk by chunk: CSV, NDJSON, XLSX and Parquet (E-01, E-02, E-04).

What is written is checked against what the database counts and sums in the same snapshot: a file that lost a row, or
has one too many, is never handed out.
"""

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from gateway.exports.writers import FORMATS, WRITERS, Writer
from resolvers.exports.files import ExportFile, Totals, Withheld
from resolvers.sheets import Column
from tenancy.scope import Scope

_BLOCK: Final = 1 << 20

Told = Callable[[int, int], Awaitable[None]]
"""Hears how many rows are written, of how many."""


@dataclass(frozen=True)
class Manifest:
    """What proves a file: how many rows and bytes, the digest of the bytes, the moment that it speaks of, the sums of
    its figures, what was held back, and which texts were kept from being taken for formulas."""

    columns: tuple[Column, ...]
    rows: int
    size: int
    sha256: bytes
    at: datetime
    sums: dict[str, Decimal]
    withheld: list[Withheld]
    neutralised: Counter[str]
    places: list[str] = field(repr=False)


class Disagreement(Exception):
    """The rows that were written are not those that the database counted."""


async def write(path: Path, file: ExportFile, scope: Scope, form: str, told: Told | None = None) -> Manifest:
    """The whole file at `path`, on disk for certain, in memory never more than a chunk of it.

    The writing itself is done beside the event loop, so that requests are answered meanwhile.
    """
    totals = await file.totals(scope)
    writer = await asyncio.to_thread(WRITERS[form], path, file)
    tally = _Tally(file.columns)
    try:
        async for rows in file.chunks(scope):
            await asyncio.to_thread(_add, writer, tally, rows)
            if told is not None:
                await told(tally.rows, totals.rows)
        await asyncio.to_thread(writer.close)
    finally:
        writer.abandon()
    tally.agree(totals)
    withheld = await file.withheld(scope, totals)
    size, digest = await asyncio.to_thread(_sealed, path)
    return Manifest(
        tuple(file.columns),
        tally.rows,
        size,
        digest,
        scope.now,
        tally.sums,
        withheld,
        writer.neutralised,
        writer.places,
    )


def _add(writer: Writer, tally: "_Tally", rows: list[list[Any]]) -> None:
    writer.add(rows)
    tally.add(rows)


class _Tally:
    """Counts and sums what is written, apart from what the database says."""

    def __init__(self, columns: Any) -> None:
        self._places = [(place, column.name) for place, column in enumerate(columns) if column.summed]
        self.rows = 0
        self.sums = {name: Decimal(0) for _, name in self._places}

    def add(self, rows: list[list[Any]]) -> None:
        self.rows += len(rows)
        for place, name in self._places:
            self.sums[name] += sum(Decimal(row[place]) for row in rows if row[place] is not None)

    def agree(self, totals: Totals) -> None:
        """E-04: rows and totals speak of the same moment, or there is no file."""
        if (self.rows, self.sums) != (totals.rows, dict(totals.sums)):
            raise Disagreement(f"{self.rows} rows of {totals.rows}, {self.sums} of {totals.sums}")


def _sealed(path: Path) -> tuple[int, bytes]:
    """Size and digest of the file, once its bytes are on disk."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while block := file.read(_BLOCK):
            found.update(block)
        return file.tell(), found.digest()


__all__ = ["FORMATS", "Disagreement", "Manifest", "Told", "write"]
