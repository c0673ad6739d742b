"""Each requirement of the people's part is a conversation through HTTP with real tokens.

A turn names what it shows in its `says`, alone or as a range: `(WS-23..25, AE-36)`.
"""

import re
from collections.abc import Iterator

from tests.conversations.test_conversations import HERE, TALKS

REQUIREMENTS = (
    *(f"WS-{number}" for number in range(1, 28)),
    *(f"CA-{number}" for number in range(7, 12)),
    *("CA-12a", "CA-12b", "CA-12c", "CA-12d", "PC-1"),
    *("AE-11", "AE-20", "AE-21", "AE-22", "AE-24", "AE-26", "AE-27", "AE-28", "AE-30", "AE-31", "AE-32", "AE-34"),
    *("AE-35", "AE-36", "AE-37", "AE-40", "AE-41", "AE-52", "AE-54"),
)
NOT_SAID = {"WS-9": "advice to the customer: talk to the CSAM when the agreement starts"}
"""What no conversation can show, and why; it may only shrink."""

_NAMED = re.compile(r"\b([A-Z]{2})-(\d+)(?:\.\.(\d+))?([a-z]?)")


def _named(text: str) -> Iterator[str]:
    for group, first, last, letter in _NAMED.findall(text):
        yield from (f"{group}-{number}{letter}" for number in range(int(first), int(last or first) + 1))


def _shown() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {requirement: [] for requirement in REQUIREMENTS}
    for talk in TALKS:
        name = talk.path.relative_to(HERE).with_suffix("").as_posix()
        for requirement in sorted({each for turn in talk.turns for each in _named(turn.says)} & found.keys()):
            found[requirement].append(name)
    return found


def test_every_requirement_is_a_conversation() -> None:
    assert {requirement for requirement, talks in _shown().items() if not talks} == set(NOT_SAID)
