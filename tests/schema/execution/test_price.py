"""Prices: rows and nodes, from page sizes, before anything is fetched."""

from typing import Any

import pytest
import strawberry

from resolvers.batch import Parents, batched
from schema.execution.engine import Engine
from schema.execution.outcome import Refused


@strawberry.type
class PageInfo:
    more: bool


def none(parents: Parents, first: int = 25) -> Any:
    return [None for _ in parents]


def unpaged(parents: Parents) -> Any:
    return [[] for _ in parents]


@strawberry.type
class Case:
    id: strawberry.ID
    title: str
    owner: "Case | None" = batched(unpaged)
    related: "list[Case]" = batched(unpaged)
    three: "list[Case]" = batched(unpaged, metadata={"page": 3})
    dear: int = batched(unpaged, metadata={"cost": 100})
    counted: int = batched(unpaged)
    timeline: "CaseConnection | None" = batched(none)


@strawberry.type
class CaseConnection:
    nodes: list[Case]
    page_info: PageInfo


@strawberry.type
class Query:
    cases: CaseConnection | None = batched(none)
    case: Case | None = batched(unpaged)


ENGINE = Engine(strawberry.Schema(Query))


def price(text: str, **variables: Any) -> int:
    return ENGINE.document(text).price(variables)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ __typename }", 0),
        ("{ case { id title } }", 1),
        ("{ case { owner { id } counted } }", 1 + (1 + 1)),
        ("{ cases { nodes { id } } }", 1 + 25 * 1),
        ("{ cases(first: 50) { nodes { id owner { id } } } }", 1 + 50 * (1 + 1)),
        ("{ cases(first: 0) { nodes { id } } }", 1 + 1),
        ("{ cases(first: 10) { nodes { timeline(first: 5) { nodes { id } } } } }", 1 + 10 * (1 + (1 + 5))),
        ("{ case { related { id } } }", 1 + 1),
        ("{ case { related { owner { id } } } }", 1 + (1 + 10)),
        ("{ case { three { owner { id } } } }", 1 + (1 + 3)),
        ("{ case { dear } }", 1 + 100),
        ("{ ...F ...F } fragment F on Query { case { id } }", 2),
        ("{ cases(first: 7) { nodes { ... { ...F } } } } fragment F on Case { owner { id } }", 1 + 7 * 2),
    ],
)
def test_a_price_is_one_plus_page_times_what_is_below(text: str, cost: int) -> None:
    assert price(text) == cost


def test_a_page_size_may_come_with_the_request() -> None:
    text = "query ($n: Int! = 4) { cases(first: $n) { nodes { id } } }"
    assert price(text) == 1 + 4
    assert price(text, n=10) == 1 + 10
    assert price(text, n="ten") == 1 + 100
    assert price(text, n=True) == 1 + 100
    assert price(text, n=-5) == 1 + 1


def test_pages_in_pages_are_refused_before_anything_is_fetched() -> None:
    """G-12."""
    text = "{ cases(first: 100) { nodes { timeline(first: 50) { nodes { id } } } } }"
    with pytest.raises(Refused) as refused:
        ENGINE.document(text)
    (error,) = refused.value.errors
    assert error.extensions == {"code": "QUERY_TOO_COMPLEX", "cost": 1 + 100 * (1 + 1 + 50), "limit": 5000}


async def test_a_price_known_only_with_the_request_is_checked_then() -> None:
    document = ENGINE.document("query ($n: Int!) { cases(first: $n) { nodes { owner { id } } } }")
    with pytest.raises(Refused, match="smaller pages"):
        await document.run(None, {"n": 4000})
    with pytest.raises(Refused):
        await document.run(None, {"n": 10**30})


def test_sums_do_not_overflow() -> None:
    below = "id"
    for _ in range(5):
        below = f"timeline(first: 1000000) {{ nodes {{ {below} }} }}"
    with pytest.raises(Refused) as refused:
        ENGINE.document(f"{{ case {{ {below} }} }}")
    assert (refused.value.errors[0].extensions or {})["cost"] == 10**9
