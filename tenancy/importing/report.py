"""What an import did, file by file, and how far it is while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import auto
from typing import Protocol

from tenancy.importing.problems import Problem
from tenancy.importing.writing import Counts
from tenancy.words.word import Word


class Phase(Word):
    """A file is read in full, then checked in full, then loaded."""

    READING = auto()
    CHECKING = auto()
    LOADING = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """How far a file is within a phase: `done` of `total`, in bytes while reading and in tables afterwards."""

    file: str
    phase: Phase
    done: int
    total: int


class Progress(Protocol):
    """Whoever wants to know; called from time to time, with the last step of a phase always."""

    def __call__(self, step: Step, /) -> None: ...


def silent(step: Step) -> None:
    """The progress of an import that nobody watches."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: loaded whole, or not at all because of `problems`. `more` says that there are further ones.

    `lines` are those that were read and were not empty, of a refused file too; the header of a CSV file is none.
    """

    file: str
    lines: int
    seconds: float
    tables: Mapping[str, Counts]
    problems: tuple[Problem, ...] = ()
    more: bool = False

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def counts(self) -> Counts:
        return sum(self.tables.values(), Counts())


@dataclass(frozen=True, slots=True)
class Report:
    """All files, in the order in which they were given."""

    files: tuple[FileReport, ...]

    @property
    def ok(self) -> bool:
        return all(file.ok for file in self.files)

    @property
    def counts(self) -> Counts:
        return sum((file.counts for file in self.files), Counts())
