"""Workbooks: the one place where XLSX is written, for reports in memory and exports of any length (E-01, E-02, E-08).

Cells are typed: a text is a text and nothing else, so nothing in it is calculated. A workbook that is written to a file
puts each row on disk when the next one begins. What does not fit is never dropped: rows go on in a further sheet, and a
text that is too long for a cell is refused.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from resolvers.sheets import CellKind, Column
from tenancy.errors import BadInput

MOST_ROWS: Final = 1_048_575
"""Rows of one sheet, the heading left out."""

MOST_CHARACTERS: Final = 32_767
"""Of one cell."""

_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_FORMATS: Final = {
    CellKind.NUMBER: {"num_format": "#,##0.00"},
    CellKind.PERCENT: {"num_format": "0.0"},
    CellKind.DAY: {"num_format": "yyyy-mm-dd"},
    CellKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
}


class Workbook:
    """An XLSX file on its way to `target`. `created`: its own clock would make two files of one content differ."""

    def __init__(self, target: Path | BytesIO, *, created: date | None = None, **properties: Any) -> None:
        in_memory = isinstance(target, BytesIO)
        own = {"in_memory": True} if in_memory else {"constant_memory": True, "tmpdir": str(target.parent)}  # type: ignore[union-attr]  # no BytesIO
        self._book = xlsxwriter.Workbook(target if in_memory else str(target), {**_PLAIN, **own})
        self._book.use_zip64()
        if created is not None:
            properties["created"] = datetime.combine(created, datetime.min.time())
        self._book.set_properties(properties)
        self.heading = self._book.add_format({"bold": True, "bottom": 1})
        self.formats = {kind: self._book.add_format(_FORMATS.get(kind, {})) for kind in CellKind}

    def page(self, name: str, columns: Sequence[Column], *, rows_of_a_sheet: int = MOST_ROWS) -> "Page":
        """A table of any length; its rows may take several sheets."""
        return Page(self, name, columns, rows_of_a_sheet)

    def new_sheet(self, name: str) -> Any:
        return self._book.add_worksheet(name)

    def close(self) -> None:
        """Write what is left; the target is complete only now."""
        self._book.close()

    def abandon(self) -> None:
        """Let go of the rows that wait on disk; nothing after `close`."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()


class Page:
    """One table of a workbook."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column], most: int) -> None:
        self._book, self._name, self._columns, self._most = book, name, columns, most
        self._sheets, self._rows = 0, 0
        self._begin()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if self._next > self._most:
                self._begin()
            self._rows += 1
            for place, (column, cell) in enumerate(zip(self._columns, row, strict=True)):
                if cell is not None:
                    self._put(place, column, cell)
            self._next += 1

    def shape(self, widths: Sequence[int]) -> None:
        """Widths of the columns, a heading that stays, and a filter over all rows."""
        for place, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            self._sheet.set_column(place, place, width, self._book.formats[column.kind])
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, max(self._next - 1, 1), len(self._columns) - 1)

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.new_sheet(self._name if self._sheets == 1 else f"{self._name} {self._sheets}")
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._book.heading)
        self._next = 1

    def _put(self, place: int, column: Column, cell: Any) -> None:
        match column.kind:
            case CellKind.NUMBER:
                # A quantity has twelve digits at most: a double holds every one of them.
                self._sheet.write_number(self._next, place, float(Decimal(cell)), self._book.formats[CellKind.NUMBER])
            case CellKind.COUNT | CellKind.PERCENT:
                self._sheet.write_number(self._next, place, cell, self._book.formats[column.kind])
            case CellKind.DAY:
                self._sheet.write_datetime(self._next, place, date.fromisoformat(str(cell)))
            case CellKind.MOMENT:
                told = cell.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(self._next, place, told, self._book.formats[CellKind.MOMENT])
            case CellKind.FLAG:
                self._sheet.write_boolean(self._next, place, cell)
            case CellKind.TEXT:
                self._text(place, column, str(cell))

    def _text(self, place: int, column: Column, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            # The library would cut it, and say nothing.
            details = {"column": column.name, "row": self._rows, "maximum": MOST_CHARACTERS}
            raise BadInput(field="format", details=details)
        self._sheet.write_string(self._next, place, text)
