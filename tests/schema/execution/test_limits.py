"""What a document may ask for: each limit, and what it costs to refuse."""

from contextlib import suppress

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse, validate

from schema.execution.engine import Engine
from schema.execution.limits import Limits, check_extent
from schema.execution.outcome import Refused
from tests.schema.execution.shop import shop_schema
from tests.yardstick import cpu_seconds

SCHEMA = shop_schema()


def complaint(text: str) -> str:
    """The refusal's message; empty when the document is within the limits."""
    document = parse(text)
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    try:
        check_extent(document, operation, Limits())
    except Refused as refused:
        (error,) = refused.errors
        assert (error.extensions or {})["code"] == "QUERY_TOO_COMPLEX"
        return error.message
    return ""


def nested(levels: int) -> str:
    return "{ a " * levels + "}" * levels


@pytest.mark.parametrize(
    ("within", "beyond", "what"),
    [
        (nested(12), nested(13), "levels of fields"),
        ("{ o {" + " ".join(f"a{n}: a" for n in range(30)) + "} }", "{ o {" + "a: a " * 31 + "} }", "aliases"),
        ("{ o { " + "a " * 799 + "} }", "{ o { " + "a " * 800 + "} }", "selections"),
        ("{ a " + "@x " * 50 + "}", "{ a " + "@x " * 51 + "}", "directives"),
        ("query ($a: Int " + "@x " * 50 + ") { a }", "query ($a: Int " + "@x " * 51 + ") { a }", "directives"),
        ("{ " + " ".join(f"f{n}" for n in range(20)) + " }", "{ " + "f " * 21 + "}", "root fields"),
        ("mutation { a b c d e }", "mutation { a b c d e f }", "root fields"),
    ],
)
def test_a_limit_holds_exactly(within: str, beyond: str, what: str) -> None:
    """G-02, G-03, G-08, G-18, G-20."""
    assert complaint(within) == ""
    assert complaint(beyond) == f"The document has too many {what}."


def test_fragments_count() -> None:
    fragments = [f"fragment F{n} on Query {{ a }}" for n in range(51)]
    assert complaint("{ a }" + "".join(fragments[:50])) == ""
    assert complaint("{ a }" + "".join(fragments)) == "The document has too many fragments."


def chained(fragments: int, levels: int) -> str:
    """Each fragment spreads the next one `levels` deep."""
    links = [f"fragment F{n} on Query {{ {'... { ' * (levels - 1)}...F{n + 1}{' }' * levels}" for n in range(fragments)]
    return "".join(links) + f"fragment F{fragments} on Query {{ a }}"


@pytest.mark.parametrize(
    "start", ["{ a } ", "{ ...F0 } ", "{ ...F9 ...F8 ...F0 } "], ids=["unused", "used", "backwards"]
)
def test_levels_count_through_fragments_wherever_they_are_met_first(start: str) -> None:
    assert complaint(start + chained(10, 6)) == ""
    assert complaint(start + chained(10, 7)) == "The document has too many levels."
    assert complaint("query A { a } query B " + start + chained(10, 7)) == "The document has too many levels."


def test_aliases_count_after_fragments_are_expanded() -> None:
    fragment = "fragment F on T { x: a y: b }"
    assert complaint("{ o { " + "p { ...F } " * 15 + "} }" + fragment) == ""
    assert complaint("{ o { " + "p { ...F } " * 16 + "} }" + fragment) == "The document has too many aliases."


def test_root_fields_count_inside_fragments() -> None:
    assert (
        complaint("mutation { ...F ...F } fragment F on Mutation { a b c }") == "The document has too many root fields."
    )


def test_the_standard_introspection_is_within_the_limits() -> None:
    assert complaint(get_introspection_query()) == ""
    assert Engine(SCHEMA).document(get_introspection_query()).price() == 1


def doubling(levels: int) -> str:
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return "{ ...F0 }" + "".join(fragments) + f"fragment F{levels} on Query {{ orders {{ id }} }}"


HOSTILE = {
    "fragments that double": doubling(24),
    "fragments that double 49 times": doubling(49),
    "aliases that double": doubling(30).replace("orders", "x: orders"),
    "a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a fragment of itself": "{ ...A } fragment A on Query { ...A ...A }",
    "a long chain": "{ ...F0 }" + "".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(500)),
    "500 type names": "{ " + "__typename " * 500 + "}",
    "the same field 790 times": "{ orders { " + "id " * 790 + "} }",
    "fragments beside each other 790 times": "{ order { " + "...F " * 790 + "} } fragment F on Order { id }",
    "objects repeated within the limit": "{ orders { " + "customer { id } " * 390 + "} }",
    "the same field 1,900 times": "{ orders { " + "id " * 1_900 + "} }",
    "objects repeated": "{ orders { " + "customer { id } " * 480 + "} }",
    "nested inline fragments": "{ " + "... { " * 190 + "orders { id } " + "} " * 191,
    "deeply nested": "{ a " * 990 + "} " * 990,
    "a deep list": "{ orders(first: " + "[" * 1_900 + "}",
    "20,000 directives": "{ orders " + "@aa" * 10_000 + "{ id } }",
    "many conditions": "{ orders { " + "id @include(if: true) " * 250 + "} }",
    "comments": "#\n" * 16_000 + "{ orders { id } }",
    "unused variables": "query (" + " ".join(f"$v{n}: Int" for n in range(660)) + ") { order { id } }",
    "unknown fields": "{ orders { " + " ".join(f"f{n}" for n in range(1_900)) + "} }",
    "unknown arguments": "{ orders(" + " ".join(f"a{n}: 1" for n in range(650)) + ") { id } }",
    "a huge number": "{ orders(first: " + "9" * 30_000 + ") { id } }",
    "spreads of one fragment": "{ order { " + "...F " * 900 + "} } fragment F on Order { id }",
    "inline fragments side by side": "{ order { " + "... { id } " * 480 + "} }",
    "conflicting arguments": "{ order { " + " ".join(f"lines(first: {n % 90})" for n in range(240)) + "} }",
    "pages in pages": "{ page(first: 100) { nodes { lines(first: 100) customer { id } } } }",
}


GOAL = 0.020
"""Seconds of CPU on a quiet machine; `make fuzz` searches for a document that costs more."""


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_a_hostile_document_is_cheap(name: str) -> None:
    """G-05 to G-09, G-14: 20 ms of CPU for 32 KB."""

    def read() -> None:
        with suppress(Refused):
            Engine(SCHEMA).document(HOSTILE[name])

    spent = cpu_seconds(read, tries=25, enough=GOAL)
    assert spent < 1.5 * GOAL, f"{name}: {spent * 1000:.1f} ms"


def test_the_yardstick_notices_what_is_dear() -> None:
    """What graphql-core's own rules cost for a document that ours refuse."""
    dear = parse("{ orders { " + "id " * 790 + "} }")
    assert cpu_seconds(lambda: validate(SCHEMA._schema, dear), tries=3) > 1.5 * GOAL
