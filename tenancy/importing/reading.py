"""Files as records: one JSON object a line that names its table, or a CSV file that is named after its table."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO

import orjson

from tenancy.importing.problems import Problems
from tenancy.importing.shapes import Shape, shapes

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A record and where it stands. `position` is how far in the source, in the unit of its `size`."""

    number: int
    shape: Shape
    record: Record
    position: int


class Source(Protocol):
    """Something with records in it; what cannot be read as a record goes to `problems`, and is None among the lines."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def lines(self, problems: Problems) -> Iterator[Line | None]: ...


@dataclass(frozen=True, slots=True)
class Told:
    """Records from memory; their numbers count as lines do."""

    name: str
    records: tuple[Mapping[str, Any], ...]

    @property
    def size(self) -> int:
        return len(self.records)

    def lines(self, problems: Problems) -> Iterator[Line | None]:
        for number, record in enumerate(self.records, start=1):
            yield _line(number, dict(record), number, problems)


@dataclass(frozen=True, slots=True)
class File:
    """A file of one of the two kinds, by its ending: `.ndjson` or `.jsonl`, and `.csv`."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def lines(self, problems: Problems) -> Iterator[Line | None]:
        try:
            with self.path.open("rb") as file:
                yield from self._reader(file, problems)
        except OSError as failure:
            problems.add(None, None, None, f"cannot be read: {failure.strerror}")

    def _reader(self, file: BinaryIO, problems: Problems) -> Iterable[Line | None]:
        ending = self.path.suffix.lower()
        if ending in (".ndjson", ".jsonl"):
            return _ndjson(file, problems)
        if ending == ".csv":
            return _csv(file, self.path.stem, problems)
        problems.add(None, None, None, "must end in .ndjson, .jsonl or .csv")
        return ()


def _ndjson(file: BinaryIO, problems: Problems) -> Iterator[Line | None]:
    position = 0
    for number, text in enumerate(file, start=1):
        position += len(text)
        if not text.strip():
            continue
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as failure:
            problems.add(number, None, None, f"is not JSON: {failure.msg}")
            yield None
            continue
        if not isinstance(record, dict):
            problems.add(number, None, None, "must be a JSON object")
            yield None
            continue
        yield _line(number, record, position, problems)


def _line(number: int, record: Record, position: int, problems: Problems) -> Line | None:
    table = record.pop("table", None)
    shape = shapes().get(table) if isinstance(table, str) else None
    if shape is None:
        rule = "is required" if table is None else f"must be one of {', '.join(sorted(shapes()))}"
        problems.add(number, None, "table", rule)
        return None
    return Line(number, shape, record, position)


def _csv(file: BinaryIO, table: str, problems: Problems) -> Iterator[Line | None]:
    shape = shapes().get(table)
    if shape is None:
        problems.add(None, None, None, f"must be named after a table, one of {', '.join(sorted(shapes()))}")
        return
    try:
        with TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            yield from _rows(text, file, shape, problems)
    except UnicodeDecodeError:
        problems.add(None, table, None, "must be text in UTF-8")
    except csv.Error as failure:
        problems.add(None, table, None, f"is not CSV: {failure}")


def _rows(text: TextIO, file: BinaryIO, shape: Shape, problems: Problems) -> Iterator[Line | None]:
    reader = csv.reader(text, strict=True)
    header = next(reader, [])
    if not _header_fits(header, shape, problems):
        return
    before = reader.line_num
    for cells in reader:
        # A quoted cell may hold line ends: a row begins after the line on which the last one ended.
        number, before = before + 1, reader.line_num
        if len(cells) != len(header):
            if cells:
                problems.add(number, shape.name, None, f"must have {len(header)} cells, has {len(cells)}")
                yield None
            continue
        record = {name: shape.cells[name](cell) for name, cell in zip(header, cells, strict=True) if cell != ""}
        yield Line(number, shape, record, file.tell())


def _header_fits(header: list[str], shape: Shape, problems: Problems) -> bool:
    strange = [name for name in header if name not in shape.cells]
    for name in strange:
        problems.add(1, shape.name, name, "is no column of this table")
    twice = {name for name in header if header.count(name) > 1}
    for name in sorted(twice):
        problems.add(1, shape.name, name, "is named twice")
    if not header:
        problems.add(1, shape.name, None, "must begin with the names of the columns")
    return not strange and not twice and bool(header)
