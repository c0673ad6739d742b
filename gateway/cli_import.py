"""How `gateway import` tells of its work: bars while it goes on, then a line for each file and its problems."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from rich.progress import Progress, TaskID

from tenancy.importing import FileReport, Report, Step


class Bars:
    """The importer's progress as bars: one for each phase of each file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __call__(self, step: Step, /) -> None:
        key = (step.file, step.phase)
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(f"{Path(step.file).name} {step.phase.lower()}", total=step.total)
        self._progress.update(self._tasks[key], completed=step.done)


def told(report: Report) -> Iterator[str]:
    """One line for each file, then the problems, as docs/import.md shows them."""
    cells = [_cells(file) for file in report.files]
    widths = [max(map(len, column)) for column in zip_longest(*cells, fillvalue="")]
    for name, *counts in cells:
        line = [name.ljust(widths[0]), *map(str.rjust, counts, widths[1:])]
        yield "  ".join(line if len(counts) > 1 else [*line, "nothing loaded"])
    for file in report.files:
        yield from map(str, file.problems)
        if file.more:
            yield f"{file.file}: ... and more; correct these first."


def _cells(file: FileReport) -> list[str]:
    found, lines = file.counts, f"{file.lines:,} lines"
    if not file.ok:
        return [file.file, lines]
    told = ((found.inserted, "new"), (found.updated, "changed"), (found.unchanged, "as they were"))
    return [file.file, lines, *(f"{count:,} {word}" for count, word in told)]
