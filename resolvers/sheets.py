"""Tables that leave the house as files: typed columns, texts that no spreadsheet takes for formulas (E-01, E-02)."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import auto
from io import StringIO
from typing import Any, Final

import orjson

from tenancy.words.word import Word


class CellKind(Word):
    """What a column holds; only texts are ever neutralised."""

    TEXT = auto()
    NUMBER = auto()
    COUNT = auto()
    PERCENT = auto()
    DAY = auto()
    MOMENT = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, and what it holds. `summed`: its sum stands in the manifest of a file."""

    name: str
    kind: CellKind = CellKind.TEXT
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table. A cell is None, or by its column a text, a quantity with two places as text (NUMBER), an int
    (COUNT), a float with one place (PERCENT), a day as ISO text, a moment in UTC, or a bool (FLAG)."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]

    def safe(self) -> tuple[list[list[Any]], tuple[str, ...]]:
        """The rows with harmless texts, and the places of those that were changed: `label 3` is in the third row."""
        changed: list[str] = []
        rows = [list(self._row(number, row, changed)) for number, row in enumerate(self.rows, start=1)]
        return rows, tuple(changed)

    def _row(self, number: int, row: Sequence[Any], changed: list[str]) -> Iterator[Any]:
        for column, cell in zip(self.columns, row, strict=True):
            if column.kind is not CellKind.TEXT or cell is None:
                yield cell
                continue
            told = neutral(str(cell))
            if told != cell:
                changed.append(f"{column.name} {number}")
            yield told


_TRIGGERS: Final = "=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
_RISKY: Final = re.compile(f"(^|[,;]\\s*|[\\r\\n]\\s*)(?=[{_TRIGGERS}])")


def neutral(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would calculate, at its start or behind a separator."""
    return _RISKY.sub(lambda match: f"{match[0]}'", text)


def csv_text(sheet: Sheet) -> tuple[str, tuple[str, ...]]:
    """The sheet as CSV (RFC 4180, UTF-8 without a mark), and the places of neutralised cells."""
    rows, changed = sheet.safe()
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(column.name for column in sheet.columns)
    writer.writerows(rows)
    return written.getvalue(), changed


def json_text(sheet: Sheet) -> str:
    """The sheet as a JSON array of objects; nothing in it is calculated, so nothing is neutralised."""
    names = [column.name for column in sheet.columns]
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in sheet.rows]).decode()
