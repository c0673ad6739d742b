"""Selections: what is needed below a place."""

from resolvers.selection import EVERYTHING, NOTHING, Selection, merge

OWNER = Selection(frozenset({"name"}))
CASE = Selection(frozenset({"id"}), {"owner": OWNER})


def test_a_selection_knows_columns_and_fields() -> None:
    assert CASE.has("id")
    assert CASE.has("owner")
    assert not CASE.has("title")
    assert CASE.child("owner") is OWNER
    assert CASE.child("customer") is NOTHING


def test_everything_has_everything() -> None:
    assert EVERYTHING.has("title")
    assert EVERYTHING.child("owner") is EVERYTHING


def test_equal_selections_are_one_key() -> None:
    again = Selection(frozenset({"id"}), {"owner": Selection(frozenset({"name"}))})
    assert {CASE: 1}[again] == 1
    assert hash(EVERYTHING) != hash(NOTHING)


def test_merging_keeps_every_need() -> None:
    more = Selection(frozenset({"title"}), {"owner": Selection(frozenset({"id"})), "customer": NOTHING})
    merged = merge((CASE, more))
    assert merged.columns == frozenset({"id", "title"})
    assert merged.child("owner").columns == frozenset({"id", "name"})
    assert merged.has("customer")
    assert merge((CASE, EVERYTHING)).columns is None


def test_needs_may_differ_by_type() -> None:
    place = Selection(frozenset({"id"}), types={"Case": CASE})
    assert place.on("Case") is CASE
    assert place.on("User") is place
