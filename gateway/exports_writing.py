"""Files of any length, written chunk by chunk: CSV, NDJSON and XLSX (E-01, E-02, E-04)."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from resolvers.portfolio_export import PortfolioFile
from resolvers.sheets import Column, Kind, neutral
from tenancy.scope import Scope

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Ending of a file -> what it is."""

_BLOCK: Final = 1 << 20
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Manifest:
    """What proves a file: how many rows, the digest of its bytes, the moment that it speaks of, and how many texts
    were kept from being taken for formulas."""

    rows: int
    sha256: bytes
    at: datetime
    neutralised: int


async def write(path: Path, file: PortfolioFile, scope: Scope, form: str) -> Manifest:
    """The whole file at `path`, in memory never more than a chunk of it."""
    writer = _WRITERS[form](path, file.columns, file.as_of)
    count = 0
    try:
        async for rows in file.chunks(scope):
            writer.add(rows)
            count += len(rows)
    finally:
        writer.close()
    return Manifest(count, _digest(path), scope.now, writer.neutralised)


def _digest(path: Path) -> bytes:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.digest()


class _Csv:
    """RFC 4180, UTF-8 without a mark."""

    def __init__(self, path: Path, columns: Sequence[Column], _: date) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._columns, self.neutralised = columns, 0
        self._csv = csv.writer(self._file, lineterminator="\r\n")
        self._csv.writerow(column.name for column in columns)

    def add(self, rows: Rows) -> None:
        self._csv.writerows([self._safe(column, cell) for column, cell in self._cells(row)] for row in rows)

    def close(self) -> None:
        self._file.close()

    def _cells(self, row: Sequence[Any]) -> Iterable[tuple[Column, Any]]:
        return zip(self._columns, row, strict=True)

    def _safe(self, column: Column, cell: Any) -> Any:
        if column.kind is not Kind.TEXT or cell is None:
            return cell
        told = neutral(str(cell))
        self.neutralised += told != cell
        return told


class _Ndjson:
    """One JSON object a line; nothing in it is calculated, so nothing is neutralised."""

    neutralised = 0

    def __init__(self, path: Path, columns: Sequence[Column], _: date) -> None:
        self._file = path.open("wb")
        self._names = [column.name for column in columns]

    def add(self, rows: Rows) -> None:
        for row in rows:
            named = dict(zip(self._names, row, strict=True))
            self._file.write(orjson.dumps(named, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """One sheet with typed cells: a text is a text, so nothing is neutralised."""

    neutralised = 0

    def __init__(self, path: Path, columns: Sequence[Column], day: date) -> None:
        # `constant_memory` writes each row to disk when the next one begins.
        plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, **plain})
        # Its own clock would make two files of one content differ.
        self._book.set_properties({"created": datetime.combine(day, datetime.min.time(), UTC).replace(tzinfo=None)})
        self._sheet = self._book.add_worksheet("portfolio")
        self._columns, self._next = columns, 1
        self._sheet.write_row(0, 0, [column.name for column in columns])

    def add(self, rows: Rows) -> None:
        for row in rows:
            for place, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
                self._put(place, column, cell)
            self._next += 1

    def close(self) -> None:
        self._book.close()

    def _put(self, place: int, column: Column, cell: Any) -> None:
        if cell is None:
            return
        if column.kind is Kind.NUMBER:
            self._sheet.write_number(self._next, place, cell)
        else:
            self._sheet.write_string(self._next, place, str(cell))


_WRITERS: Final[dict[str, Callable[[Path, Sequence[Column], date], Any]]] = {
    "csv": _Csv,
    "ndjson": _Ndjson,
    "xlsx": _Xlsx,
}
