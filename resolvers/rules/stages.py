"""The business process of a case: a bar of stages that does not resolve anything (CS-52, AE-77)."""

from dataclasses import dataclass
from enum import auto
from typing import Final

from resolvers.rules.refused import Refused
from tenancy.words import ProcessStatus, Stage
from tenancy.words.word import Word


class Direction(Word):
    """One stage forward or back."""

    NEXT = auto()
    PREVIOUS = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the process of a case stands."""

    stage: Stage = Stage.IDENTIFY
    status: ProcessStatus = ProcessStatus.ACTIVE


_STAGES: Final = tuple(Stage)


def move(progress: Progress, direction: Direction) -> Progress | Refused:
    """One stage at a time; after the last one the process is finished, before the first there is none."""
    if progress.status is not ProcessStatus.ACTIVE:
        return _illegal(progress)
    place = _STAGES.index(progress.stage) + (1 if direction is Direction.NEXT else -1)
    if place == len(_STAGES):
        return Progress(progress.stage, ProcessStatus.FINISHED)
    return Progress(_STAGES[place]) if place >= 0 else _illegal(progress)


def abandon(progress: Progress) -> Progress | Refused:
    """Give a running process up, at the stage where it is."""
    if progress.status is not ProcessStatus.ACTIVE:
        return _illegal(progress)
    return Progress(progress.stage, ProcessStatus.ABORTED)


def _illegal(progress: Progress) -> Refused:
    return Refused("CASE_STATE", "CS-52", "direction", {"stage": progress.stage, "status": progress.status})
