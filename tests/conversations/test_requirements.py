"""Each requirement that the API can show is a conversation through HTTP with real tokens.

A turn names what it shows in its `says`, alone or as a range: `(WS-23..25, CA-16a..f, AE-36)`.
"""

import re
from collections.abc import Iterator

from tests.conversations.test_conversations import HERE, TALKS


def _span(group: str, last: int, **lettered: str) -> Iterator[str]:
    """All requirements of a group; `_12="abcd"` for the lettered items of its twelfth."""
    yield from (f"{group}-{number}" for number in range(1, last + 1))
    yield from (f"{group}{number.replace('_', '-')}{letter}" for number, all in lettered.items() for letter in all)


_EXAMPLES = """
    1 2 4 5 6 8 9 11 12 13 15 16 17 19 20 21 22 24 26 27 28 30 31 32 34 35 36 37 40 41 42 43 44 45 47 48 50 51 52
    54 55 56 57 58 59 61 64 65 67 68 69 70 71 73 74 75 76 77 79 80 82 83 84 85 87 88
"""
REQUIREMENTS = (
    *_span("CA", 38, _12="abcd", _16="abcdef", _19="abcde", _38="abc"),
    *_span("WS", 27),
    *_span("PC", 33),
    *_span("CS", 58),
    *(f"AE-{number}" for number in _EXAMPLES.split()),
)
_SCREEN = "a matter of the screen alone"
NOT_SAID = {
    "CA-6": f"{_SCREEN}: where the page hangs in a menu; the API has one root field for it, `customerActivity`",
    "WS-9": "advice to the customer: talk to the CSAM when the agreement starts",
    "PC-2": "tells why partners look at figures; nothing to do",
    "PC-14": "tells of a note about the layout of another product; nothing to do",
    "PC-26": "tells why training helps; nothing to do",
    "CS-1": f"{_SCREEN}: two programs for the same cases; both ask the same API",
    "CS-4": "a video",
    "CS-55": f"{_SCREEN}: a button that opens a menu; the commands behind it are mutations of their own",
    "CS-56": "a setting of another product, without which its portal gets in the way; nothing here depends on it",
    "CS-58": "further reading",
}
"""What no conversation can show, and why; it may only shrink."""

_NAMED = re.compile(r"\b([A-Z]{2})-(\d+)(?:\.\.(\d+)|([a-z])(?:\.\.([a-z]))?)?")


def _named(text: str) -> Iterator[str]:
    for group, first, last, letter, final in _NAMED.findall(text):
        if letter:
            letters = range(ord(letter), ord(final or letter) + 1)
            yield from (f"{group}-{first}{chr(each)}" for each in letters)
        else:
            yield from (f"{group}-{number}" for number in range(int(first), int(last or first) + 1))


def test_names_are_read_alone_and_as_ranges() -> None:
    assert [*_named("(CA-12c, CA-19a..c; WS-3..5, AE-9)")] == [
        *("CA-12c", "CA-19a", "CA-19b", "CA-19c", "WS-3", "WS-4", "WS-5", "AE-9"),
    ]


def _shown() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {requirement: [] for requirement in REQUIREMENTS}
    for talk in TALKS:
        name = talk.path.relative_to(HERE).with_suffix("").as_posix()
        for requirement in sorted({each for turn in talk.turns for each in _named(turn.says)} & found.keys()):
            found[requirement].append(name)
    return found


def test_every_requirement_is_a_conversation() -> None:
    assert {requirement for requirement, talks in _shown().items() if not talks} == set(NOT_SAID)
