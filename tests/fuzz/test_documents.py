"""The worst documents that `make fuzz` ever found stay cheap, and a short search finds none that is dear (G group)."""

import pytest

from tests.fuzz import search
from tests.fuzz.twisting import LONGEST, tokens

KNOWN = list(search.known())


@pytest.mark.parametrize("text", [*KNOWN, *search.SEEDS], ids=lambda text: search.Found(0, text).mark)
def test_the_worst_documents_that_were_found_stay_cheap(text: str) -> None:
    assert search.cost(text, tries=25, enough=search.GOAL) < 1.5 * search.GOAL


def test_a_short_search_finds_no_dear_document() -> None:
    hill = search.climb(seed=1, seconds=5, tries=60)
    (worst,) = search.looked_at_again(hill, most=1)
    assert worst.seconds < 1.5 * search.GOAL, str(worst)
    assert all(len(each.text) <= LONGEST for each in hill)


def test_documents_are_changed_by_whole_tokens() -> None:
    assert tokens('{ a(b: "x y") { ...F } }') == ["{", "a", "(", "b", ":", '"x y"', ")", "{", "...", "F", "}", "}"]
