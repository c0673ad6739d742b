"""What is wrong with a file, said so that its author can mend it: file, line, field, rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 100
"""Problems reported per file; whoever has more has one that repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why nothing of a file was loaded. `line` counts from 1; None is the file as a whole."""

    file: str
    line: int | None
    table: str | None
    field: str | None
    rule: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        what = ".".join(part for part in (self.table, self.field) if part)
        return f"{place}: {what}: {self.rule}" if what else f"{place}: {self.rule}"


@dataclass(slots=True)
class Problems:
    """The problems of one file, up to `MOST`. True when there is any."""

    file: str
    found: list[Problem] = field(default_factory=list)
    overflowed: bool = False

    def add(self, line: int | None, table: str | None, field: str | None, rule: str) -> None:
        if len(self.found) < MOST:
            self.found.append(Problem(self.file, line, table, field, rule))
        else:
            self.overflowed = True

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[Problem]:
        """In the order of the file."""
        return iter(sorted(self.found, key=lambda problem: (problem.line or 0, problem.field or "")))


class Unfit(Exception):
    """A value that its column does not take; the text is the rule."""


class Faulty(Exception):
    """A line with at least one unfit value."""

    def __init__(self, faults: Iterable[tuple[str | None, str]]) -> None:
        super().__init__()
        self.faults = tuple(faults)
