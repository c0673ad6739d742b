import pytest

from resolvers.rules.refused import Refused
from resolvers.rules.stages import Direction, Progress, abandon, move
from tenancy.words import ProcessStatus, Stage

NEXT, PREVIOUS = Direction.NEXT, Direction.PREVIOUS


def test_ae_77_next_next_next_goes_through_the_stages_and_finishes() -> None:
    progress, seen = Progress(), []
    for _ in range(3):
        moved = move(progress, NEXT)
        assert isinstance(moved, Progress)
        progress = moved
        seen.append((progress.stage, progress.status))
    assert seen == [
        (Stage.RESEARCH, ProcessStatus.ACTIVE),
        (Stage.RESOLVE, ProcessStatus.ACTIVE),
        (Stage.RESOLVE, ProcessStatus.FINISHED),
    ]


def test_a_stage_back() -> None:
    assert move(Progress(Stage.RESOLVE), PREVIOUS) == Progress(Stage.RESEARCH)
    assert move(Progress(Stage.RESEARCH), PREVIOUS) == Progress(Stage.IDENTIFY)


@pytest.mark.parametrize("status", [ProcessStatus.FINISHED, ProcessStatus.ABORTED])
@pytest.mark.parametrize("direction", Direction)
def test_a_process_that_ended_does_not_move(status: ProcessStatus, direction: Direction) -> None:
    ended = Progress(Stage.RESEARCH, status)
    for decision in (move(ended, direction), abandon(ended)):
        assert isinstance(decision, Refused)
        assert decision.code == "CASE_STATE"


def test_there_is_nothing_before_the_first_stage() -> None:
    refused = move(Progress(), PREVIOUS)
    assert isinstance(refused, Refused)
    assert refused.details == {"stage": "IDENTIFY", "status": "ACTIVE"}


def test_an_abandoned_process_stays_at_its_stage() -> None:
    assert abandon(Progress(Stage.RESEARCH)) == Progress(Stage.RESEARCH, ProcessStatus.ABORTED)
