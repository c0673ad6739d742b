from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.conditions import Comparison, Every, Operator, Some, holds, parse
from resolvers.rules.refused import Refused
from tenancy.tables import Case
from tenancy.words import (
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    SlaSource,
    Stage,
    SupportKind,
)
from tenancy.words.word import Word

CASE = {"priority": Priority.HIGH, "origin": Origin.EMAIL, "title": "Printer on FIRE", "is_escalated": False}


def compare(field: Any, operator: Any, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


HIGH = compare("priority", "EQ", "HIGH")
WEB = compare("origin", "EQ", "WEB")


def is_true(document: Any) -> bool:
    condition = parse(document)
    assert not isinstance(condition, Refused)
    return holds(condition, CASE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (HIGH, True),
        (WEB, False),
        (compare("priority", "NE", "HIGH"), False),
        (compare("origin", "IN", ["WEB", "EMAIL"]), True),
        (compare("origin", "NOT_IN", ["WEB", "EMAIL"]), False),
        (compare("title", "CONTAINS", "fire"), True),
        (compare("title", "CONTAINS", "water"), False),
        (compare("title", "EQ", "printer on fire"), True),
        (compare("is_escalated", "EQ", False), True),
        (compare("is_escalated", "EQ", True), False),
        (compare("origin", "IS_SET", True), True),
        (compare("origin", "IS_SET", False), False),
        ({"and": [HIGH, WEB]}, False),
        ({"or": [HIGH, WEB]}, True),
        ({"or": [WEB, {"and": [HIGH, compare("origin", "EQ", "EMAIL")]}]}, True),
    ],
)
def test_conditions_are_asked_of_a_case(document: Any, expected: bool) -> None:
    assert is_true(document) is expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (compare("product_id", "EQ", "p1"), False),
        (compare("product_id", "NE", "p1"), True),
        (compare("product_id", "IN", ["p1"]), False),
        (compare("product_id", "NOT_IN", ["p1"]), True),
        (compare("product_id", "CONTAINS", "p"), False),
        (compare("product_id", "IS_SET", False), True),
    ],
)
def test_a_column_without_a_value_equals_and_contains_nothing(document: Any, expected: bool) -> None:
    assert is_true(document) is expected


def test_no_condition_is_true_of_every_case() -> None:
    assert holds(None, {})


def test_the_tree_is_kept() -> None:
    high = Comparison("priority", Operator.EQ, "high")
    assert parse({"and": [HIGH, {"or": [HIGH]}]}) == Every((high, Some((high,))))


def nested(levels: int) -> Any:
    return HIGH if not levels else {"and": [nested(levels - 1)]}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("priority = HIGH", ""),
        (None, ""),
        ({}, ""),
        ({"not": HIGH}, ""),
        ({"and": [HIGH], "or": [HIGH]}, ""),
        (HIGH | {"note": "x"}, ""),
        ({"and": []}, ".and"),
        ({"or": HIGH}, ".or"),
        ({"or": [HIGH] * 51}, ".or"),
        ({"and": [HIGH, {"or": [WEB, 7]}]}, ".and[1].or[1]"),
        (nested(5), ".and[0].and[0].and[0].and[0].and"),
        (compare("password", "EQ", "x"), ".field"),
        (compare(7, "EQ", "x"), ".field"),
        (compare("priority", "LIKE", "HIGH"), ".operator"),
        (compare("priority", ["EQ"], "HIGH"), ".operator"),
        (compare("priority", "CONTAINS", "HI"), ".operator"),
        (compare("priority", "EQ", "URGENT"), ".value"),
        (compare("priority", "EQ", ["HIGH"]), ".value"),
        (compare("priority", "IN", "HIGH"), ".value"),
        (compare("priority", "IN", []), ".value"),
        (compare("title", "IN", "abc"), ".value"),
        (compare("title", "IN", ["x"] * 51), ".value"),
        (compare("priority", "IN", ["HIGH", "URGENT"]), ".value"),
        (compare("title", "EQ", ""), ".value"),
        (compare("title", "EQ", "x" * 201), ".value"),
        (compare("is_escalated", "EQ", 1), ".value"),
        (compare("title", "IS_SET", "yes"), ".value"),
    ],
)
def test_what_is_wrong_is_named(document: Any, path: str) -> None:
    assert parse(document) == Refused("BAD_USER_INPUT", "CS-10", f"condition{path}")


_WORDS: dict[str, type[Word]] = {
    "priority": Priority,
    "origin": Origin,
    "case_type": CaseType,
    "support_kind": SupportKind,
    "classification": Classification,
    "state": CaseState,
    "status": CaseStatus,
    "stage": Stage,
    "sla_source": SlaSource,
}
_IDS = ("customer", "contact", "subject", "product", "workspace", "entitlement", "agreement", "package", "owner")
_ASKED: dict[str, list[Any]] = {
    **{name: list(words) for name, words in _WORDS.items()},
    **{f"{name}_id": ["0190"] for name in _IDS},
    "title": ["Printer"],
    "is_escalated": [True, False],
    "first_response_sent": [True, False],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in _ASKED.items() for value in values])
def test_2_4_and_2_5_these_columns_of_a_case_may_be_asked_about(field: str, value: Any) -> None:
    condition = parse(compare(field, "EQ", value))
    assert not isinstance(condition, Refused)
    assert holds(condition, {field: value})
    assert not holds(condition, {})


def test_no_other_column_may_be() -> None:
    columns = {column.name for column in Case.__table__.columns}
    assert columns >= _ASKED.keys()
    for name in columns - _ASKED.keys():
        assert parse(compare(name, "IS_SET", True)) == Refused("BAD_USER_INPUT", "CS-10", "condition.field"), name


@pytest.mark.parametrize(
    "document",
    [
        {"and": [HIGH] * 50},
        {"or": [*[WEB] * 49, HIGH]},
        compare("title", "NE", "x" * 200),
        compare("title", "NE", "x"),
        compare("title", "NOT_IN", [f"{n}" for n in range(50)]),
    ],
    ids=["every", "some", "long", "short", "values"],
)
def test_a_condition_may_be_as_large_as_this(document: Any) -> None:
    assert is_true(document)


def test_four_levels_are_allowed() -> None:
    assert is_true(nested(4))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["EQ", "priority", "HIGH"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["and", "or", "field", "operator", "value"]), inner, max_size=3)
    ),
)


@given(_json)
def test_no_document_breaks_the_reader(document: Any) -> None:
    condition = parse(document)
    assert isinstance(condition, Refused) or holds(condition, CASE) in (True, False)
