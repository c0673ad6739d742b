"""One writer for each form of a file: it takes rows in chunks and leaves them on disk."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from gateway.workbook import Workbook
from resolvers.exports.files import ExportFile
from resolvers.sheets import CellKind, Column, neutral

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""Ending of a file -> what it is."""

MOST_PLACES: Final = 1000
"""Neutralised cells that a manifest names one by one; their number is complete whatever it is."""

Rows = Sequence[Sequence[Any]]


class Writer(Protocol):
    """Writes one file. `neutralised` counts texts that were made harmless, by column; `places` names the first ones."""

    neutralised: Counter[str]
    places: list[str]

    def add(self, rows: Rows) -> None: ...

    def close(self) -> None:
        """Complete the file."""

    def abandon(self) -> None:
        """Let go of what is open, whatever state it is in; nothing after `close`."""


class _Typed:
    """A form in which a text is a text: nothing in it is calculated, so nothing is neutralised."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.neutralised: Counter[str] = Counter()
        self.places: list[str] = []


class _Csv(_Typed):
    """RFC 4180, UTF-8 without a mark."""

    def __init__(self, path: Path, file: ExportFile) -> None:
        super().__init__(file.columns)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\r\n")
        self._csv.writerow(column.name for column in self._columns)
        self._cells = [_CELLS.get(column.kind) for column in self._columns]
        self._texts = [place for place, column in enumerate(self._columns) if column.kind is CellKind.TEXT]
        self._rows = 0

    def add(self, rows: Rows) -> None:
        self._csv.writerows(map(self._row, rows))

    def close(self) -> None:
        self._file.close()

    abandon = close

    def _row(self, row: Sequence[Any]) -> list[Any]:
        self._rows += 1
        cells = [
            cell if write is None or cell is None else write(cell) for write, cell in zip(self._cells, row, strict=True)
        ]
        for place in self._texts:
            if cells[place] is not None and (told := neutral(cells[place])) != cells[place]:
                cells[place] = told
                self._note(self._columns[place].name)
        return cells

    def _note(self, column: str) -> None:
        self.neutralised[column] += 1
        if len(self.places) < MOST_PLACES:
            self.places.append(f"{column} {self._rows}")


_CELLS: Final[dict[CellKind, Callable[[Any], Any]]] = {
    CellKind.TEXT: str,
    CellKind.MOMENT: lambda cell: cell.isoformat(),
    CellKind.FLAG: lambda cell: "true" if cell else "false",
}
"""What becomes of a cell in CSV, where that is not what it is."""


class _Ndjson(_Typed):
    """One JSON object a line."""

    def __init__(self, path: Path, file: ExportFile) -> None:
        super().__init__(file.columns)
        self._file = path.open("wb")
        self._names = [column.name for column in self._columns]

    def add(self, rows: Rows) -> None:
        for row in rows:
            named = dict(zip(self._names, row, strict=True))
            self._file.write(orjson.dumps(named, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._file.close()

    abandon = close


class _Xlsx(_Typed):
    """A workbook: one sheet, and further ones where a sheet has no room for all rows."""

    def __init__(self, path: Path, file: ExportFile) -> None:
        super().__init__(file.columns)
        self._book = Workbook(path, created=file.as_of)
        self._page = self._book.page(file.title, self._columns)

    def add(self, rows: Rows) -> None:
        self._page.add(rows)

    def close(self) -> None:
        self._book.close()

    def abandon(self) -> None:
        self._book.abandon()


class _Parquet(_Typed):
    """Columns with types, in groups of rows; for it the extra `parquet` must be installed."""

    GROUP: Final = 5_000

    def __init__(self, path: Path, file: ExportFile) -> None:
        super().__init__(file.columns)
        # An optional part of the installation: whether it is there was asked when the export was started.
        self._arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
        self._schema = self._arrow.schema([(column.name, self._type(column.kind)) for column in self._columns])
        self._file = parquet.ParquetWriter(str(path), self._schema, compression="zstd")
        self._read = [_VALUES.get(column.kind) for column in self._columns]
        self._waiting: list[Sequence[Any]] = []

    def add(self, rows: Rows) -> None:
        self._waiting.extend(rows)
        while len(self._waiting) >= self.GROUP:
            self._put(list(islice(self._waiting, self.GROUP)))
            del self._waiting[: self.GROUP]

    def close(self) -> None:
        self._put(self._waiting)
        self._waiting = []
        self._file.close()

    def abandon(self) -> None:
        self._file.close()

    def _put(self, rows: Rows) -> None:
        if not rows:
            return
        cells = zip(*rows, strict=True)
        arrays = [
            self._arrow.array([None if cell is None else read(cell) for cell in column] if read else column, type_.type)
            for column, read, type_ in zip(cells, self._read, self._schema, strict=True)
        ]
        self._file.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def _type(self, kind: CellKind) -> Any:
        arrow = self._arrow
        return {
            CellKind.TEXT: arrow.string,
            CellKind.NUMBER: lambda: arrow.decimal128(14, 2),
            CellKind.COUNT: arrow.int64,
            CellKind.PERCENT: arrow.float64,
            CellKind.DAY: arrow.date32,
            CellKind.MOMENT: lambda: arrow.timestamp("us", tz="UTC"),
            CellKind.FLAG: arrow.bool_,
        }[kind]()


_VALUES: Final[dict[CellKind, Callable[[Any], Any]]] = {
    CellKind.TEXT: str,
    CellKind.NUMBER: Decimal,
    CellKind.DAY: date.fromisoformat,
    CellKind.MOMENT: lambda cell: cell.astimezone(UTC) if isinstance(cell, datetime) else datetime.fromisoformat(cell),
}
"""How a cell becomes a value of its type in Parquet, where it is not one yet."""

WRITERS: Final[dict[str, Callable[[Path, ExportFile], Writer]]] = {
    "csv": _Csv,
    "ndjson": _Ndjson,
    "xlsx": _Xlsx,
    "parquet": _Parquet,
}
