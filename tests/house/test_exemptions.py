"""What is switched off says why, on the same line; what is unfinished is not here."""

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import everything, name

SWITCH = re.compile(r"#\s*(type: ignore(\[[\w, -]+\])?|noqa(: ?[A-Z]+\d+(, ?[A-Z]+\d+)*)?|pragma: no (cover|branch))")
UNFINISHED = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")


def comments(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield f"{name(path)}:{token.start[0]}", token.string


def test_every_exemption_has_its_reason() -> None:
    bare = [
        f"{place} {text}"
        for path in everything()
        for place, text in comments(path)
        if SWITCH.search(text) and not re.search(r"[A-Za-z]{3,}", SWITCH.sub("", text))
    ]
    assert bare == []


def test_no_exemption_is_wholesale() -> None:
    """An exemption names the rule it is from."""
    wholesale = re.compile(r"#\s*(type: ignore(?!\[)|noqa(?!:)|(mypy|ruff): )")
    assert [place for path in everything() for place, text in comments(path) if wholesale.search(text)] == []


def test_nothing_is_left_for_later() -> None:
    assert [place for path in everything() for place, text in comments(path) if UNFINISHED.search(text)] == []
