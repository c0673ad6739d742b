"""The examples of docs/import.md: one small organisation with a row in every table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

DOCUMENT = Path(__file__).parents[3] / "docs" / "import.md"
Record = dict[str, Any]


def ndjson() -> str:
    """All NDJSON of the document, in its order."""
    return "".join(re.findall(r"^```ndjson\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S))


def csv() -> Mapping[str, str]:
    """The CSV files of the document, by name."""
    return dict(re.findall(r"^```csv (\S+)\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S))


def records() -> list[Record]:
    return [orjson.loads(line) for line in ndjson().splitlines()]


def first(table: str) -> Record:
    """The first example of a table, to be bent."""
    return next(record for record in records() if record["table"] == table)


def bent(table: str, number: int = 0, /, **columns: Any) -> list[Record]:
    """All examples, one of them with other columns; None leaves a column out."""
    found = records()
    place = [at for at, record in enumerate(found) if record["table"] == table][number]
    found[place] = {name: value for name, value in {**found[place], **columns}.items() if value is not None}
    return found


def lines(records: Iterable[Record]) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def numbers(table: str) -> Iterator[int]:
    """The lines on which the examples of a table stand."""
    return (at for at, record in enumerate(records(), start=1) if record["table"] == table)
