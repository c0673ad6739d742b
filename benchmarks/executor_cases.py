"""The cases of the executor benchmark: a schema, a document, and the same answer written by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, make_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import strawberry

from resolvers.batch import Parents, batched

WIDTHS = (5, 10, 20, 50)
LENGTHS = (1, 10, 100, 1_000, 10_000)
DEPTHS = (1, 2, 3, 4, 5)


@dataclass
class Case:
    """One comparison; resolvers find their rows in it, since it is the context."""

    name: str
    rows: int
    fields: int
    depth: int
    schema: strawberry.Schema
    text: str
    by_hand: Callable[[], Any]
    data: list[Any]


@strawberry.enum
class State(StrEnum):
    ACTIVE = "ACTIVE"
    RESOLVED = "RESOLVED"


def _owners(parents: Parents) -> Any:
    return [parent.owner for parent in parents]


def _owner(parent: Any, _level: Any) -> Any:
    return parent.owner


def _children(parents: Parents) -> Any:
    return [parent.child for parent in parents]


def _child(parent: Any, _level: Any) -> Any:
    return parent.child


def _rows(info: strawberry.Info) -> Any:
    return info.context.data


@strawberry.type
class User:
    id: strawberry.ID
    name: str
    email: str | None


@strawberry.type
class SupportCase:
    id: strawberry.ID
    title: str
    number: int
    state: State
    amount: Decimal
    opened_at: datetime
    closed_at: datetime | None
    due: date
    escalated: bool
    product: str | None
    owner: User | None = batched(_owners, resolve_one=_owner)


@strawberry.type
class CaseQuery:
    cases: list[SupportCase] = strawberry.field(resolver=_rows)

    @strawberry.field
    def case(self, info: strawberry.Info) -> SupportCase:
        return info.context.data[0]  # type: ignore[no-any-return]  # rows stand in for the type


CASES = strawberry.Schema(CaseQuery)
CASE_COLUMNS = ("id", "title", "number", "state", "amount", "openedAt", "closedAt", "due", "escalated", "product")
Row = make_dataclass(
    "Row",
    ["id", "title", "number", "state", "amount", "opened_at", "closed_at", "due", "escalated", "product", "owner"],
    slots=True,
)
Owner = make_dataclass("Owner", ["id", "name", "email"], slots=True)


def page() -> Case:
    """100 rows of 13 values, three of them through a relation."""
    data = [_case_row(number) for number in range(100)]
    text = "{ cases { " + " ".join(CASE_COLUMNS) + " owner { id name email } } }"

    def by_hand() -> Any:
        return {"cases": [_case_by_hand(row) for row in data]}

    return Case("page_100x13", 100, 13, 2, CASES, text, by_hand, data)


def single() -> Case:
    """One object with five values."""
    data = [_case_row(1)]

    def by_hand() -> Any:
        row = data[0]
        return {
            "case": {
                "id": row.id,
                "title": row.title,
                "number": row.number,
                "state": row.state,
                "openedAt": row.opened_at,
            }
        }

    return Case("single_1x5", 1, 5, 1, CASES, "{ case { id title number state openedAt } }", by_hand, data)


def _case_row(number: int) -> Any:
    opened = datetime(2025, 6, 15, 12, number % 60, tzinfo=UTC)
    owner = Owner(str(number % 7), f"Person {number % 7}", None)
    closed = opened if number % 3 else None
    return Row(
        str(number),
        f"Case {number}",
        number,
        "ACTIVE",
        "12.00",
        opened,
        closed,
        date(2025, 7, 1),
        False,
        "Azure",
        owner,
    )


def _case_by_hand(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "number": row.number,
        "state": row.state,
        "amount": row.amount,
        "openedAt": row.opened_at,
        "closedAt": row.closed_at,
        "due": row.due,
        "escalated": row.escalated,
        "product": row.product,
        "owner": {"id": row.owner.id, "name": row.owner.name, "email": row.owner.email},
    }


def grid(*, quick: bool) -> Iterator[Case]:
    """All widths and lengths at depth 1; below it all widths at 100 rows, and all lengths at 10 fields."""
    widths, lengths = (WIDTHS[::3], LENGTHS[:4]) if quick else (WIDTHS, LENGTHS)
    for width in widths:
        for length in lengths:
            yield _grid_case(width, length, 1)
    for depth in DEPTHS[1:]:
        for width in widths:
            yield _grid_case(width, 100, depth)
        for length in lengths:
            if length != 100 or 10 not in widths:
                yield _grid_case(10, length, depth)


def _wide(names: list[str], depth: int) -> Any:
    """A type with these columns, numbers and text by turns, and below it `depth - 1` more of the kind."""
    body: dict[str, Any] = {}
    annotations: dict[str, Any] = {name: str if index % 2 else int for index, name in enumerate(names)}
    if depth > 1:
        annotations["child"] = _wide(names, depth - 1) | None
        body["child"] = batched(_children, resolve_one=_child)
    return strawberry.type(type(f"Wide{depth}", (), {**body, "__annotations__": annotations}))


def _schema(wide: Any) -> strawberry.Schema:
    rows = strawberry.field(resolver=_rows)
    return strawberry.Schema(
        strawberry.type(type("Query", (), {"rows": rows, "__annotations__": {"rows": list[wide]}}))
    )


def _grid_case(width: int, length: int, depth: int) -> Case:
    names = [f"f{index}" for index in range(width)]
    row = make_dataclass("WideRow", [*names, "child"], slots=True)
    data = [_chain(row, width, number, depth) for number in range(length)]
    text = " ".join(names)
    for _ in range(depth - 1):
        text = " ".join(names) + " child { " + text + " }"
    written = eval(f"lambda data: [{_literal(names, depth, 'r')} for r in data]")
    return Case(
        f"width_{width}_rows_{length}_depth_{depth}",
        length,
        width,
        depth,
        _schema(_wide(names, depth)),
        "{ rows { " + text + " } }",
        lambda: {"rows": written(data)},
        data,
    )


def _chain(row: Any, width: int, number: int, depth: int) -> Any:
    values = [f"text {number}" if index % 2 else number for index in range(width)]
    return row(*values, _chain(row, width, number, depth - 1) if depth > 1 else None)


def _literal(names: list[str], depth: int, row: str) -> str:
    """The source of the dict display that a careful person would write."""
    pairs = [f"{name!r}: {row}.{name}" for name in names]
    if depth > 1:
        pairs.append(f"'child': {_literal(names, depth - 1, row + '.child')}")
    return "{" + ", ".join(pairs) + "}"
