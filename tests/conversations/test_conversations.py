"""The API as people use it: each file here is a conversation, held anew and compared with what was answered before."""

from pathlib import Path

import pytest

from tests.talk import Talk, difference
from tests.world import World

HERE = Path(__file__).parent
TALKS = [Talk.read(path) for path in sorted(HERE.rglob("*.graphql"))]


def _name(talk: Talk) -> str:
    return talk.path.relative_to(HERE).with_suffix("").as_posix()


@pytest.fixture
def place(talk: Talk, request: pytest.FixtureRequest) -> World:
    """Whoever writes gets a world of its own."""
    found: World = request.getfixturevalue("fresh_world" if talk.writes else "world")
    return found


@pytest.mark.parametrize("talk", TALKS, ids=_name)
async def test_the_conversation_goes_as_before(talk: Talk, place: World, request: pytest.FixtureRequest) -> None:
    answered = await talk.held(place)
    if request.config.getoption("--bless"):
        talk.expected.write_text(answered)
    expected = talk.expected.read_text() if talk.expected.exists() else ""
    if answered != expected:
        pytest.fail(difference(expected, answered, _name(talk)), pytrace=False)


@pytest.mark.parametrize("talk", [talk for talk in TALKS if not talk.writes], ids=_name)
async def test_the_reference_executor_answers_the_same(talk: Talk, reference_world: World) -> None:
    """H-6: breadth first or field by field, to the letter and in the same order."""
    answered = await talk.held(reference_world)
    assert not (gap := difference(talk.expected.read_text(), answered, _name(talk))), gap


def test_every_answer_belongs_to_a_conversation() -> None:
    assert {path.stem for path in HERE.rglob("*.json")} == {path.stem for path in HERE.rglob("*.graphql")}
