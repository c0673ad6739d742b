"""A small schema for tests: customers with orders, in memory, and a log of what was called."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import strawberry

from resolvers.batch import Level, Parents, batched


@dataclass
class Context:
    """Remembers each call and each level."""

    calls: list[str] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    length: int = 3


@strawberry.interface
class Node:
    id: strawberry.ID


async def customer_of(parents: Parents, info: Level) -> Any:
    info.context.calls.append(f"customer of {len(parents)}")
    info.context.levels.append(info)
    return [None if row.number == 2 else Customer(id=strawberry.ID("c"), name=f"c{row.number}") for row in parents]


def lines_of(parents: Parents, info: Level, first: int = 2, only: list[int] | None = None) -> Any:
    info.context.levels.append(info)
    info.context.calls.append(f"lines {first} {only}")
    (only or []).append(-1)
    return [[f"{row.number}.{at}" for at in range(first)] for row in parents]


def failing(parents: Parents) -> Any:
    raise ValueError("no batch")


def too_few(parents: Parents) -> Any:
    return []


@strawberry.type
class Customer(Node):
    name: str
    secret: str | None = None


@strawberry.type
class Order(Node):
    number: int
    note: str | None
    customer: Customer | None = batched(customer_of, columns=("customer_id", "number"))
    lines: list[str] = batched(lines_of, columns=("number",))
    failing_at_once: int | None = batched(failing, computed=True)
    too_few_at_once: int | None = batched(too_few, computed=True)
    failing: int | None = batched(failing)
    too_few: int | None = batched(too_few)

    @strawberry.field
    def shouted(self, info: strawberry.Info) -> str:
        info.context.calls.append(f"shouted {self.number}")
        return f"ORDER {self.number}"

    @strawberry.field(metadata={"columns": ("number",)})  # type: ignore[untyped-decorator]  # Strawberry says Any
    def doubled(self) -> int:
        return self.number * 2

    @strawberry.field
    async def slow(self, info: strawberry.Info) -> int:
        info.context.calls.append(f"start {self.number}")
        await asyncio.sleep(0.01)
        info.context.calls.append(f"end {self.number}")
        return self.number


async def orders_page(parents: Parents, info: Level, first: int = 25) -> Any:
    info.context.levels.append(info)
    return [_orders(min(first, info.context.length)) for _ in parents]


def _orders(count: int) -> list[Any]:
    return [Order(id=strawberry.ID(str(number)), number=number, note=None) for number in range(count)]


@strawberry.type
class PageInfo:
    more: bool = False


@strawberry.type
class OrderConnection:
    nodes: list[Order]
    page_info: PageInfo

    @strawberry.field
    def total(self) -> int:
        return len(self.nodes)


async def connection(parents: Parents, info: Level, first: int = 25) -> Any:
    info.context.levels.append(info)
    return [OrderConnection(nodes=_orders(info.context.length), page_info=PageInfo()) for _ in parents]


@strawberry.type
class Query:
    orders: list[Order] = batched(orders_page)
    page: OrderConnection = batched(connection)

    @strawberry.field
    def nodes(self, info: strawberry.Info) -> list[Node]:
        return [*_orders(1), Customer(id=strawberry.ID("c"), name="c")]

    @strawberry.field
    def order(self) -> Order:
        return _orders(1)[0]  # type: ignore[no-any-return]  # made above


@strawberry.type
class Mutation:
    @strawberry.field
    async def add(self, info: strawberry.Info, number: int) -> Order:
        info.context.calls.append(f"add {number}")
        await asyncio.sleep(0.01 / number)
        info.context.calls.append(f"added {number}")
        return Order(id=strawberry.ID(str(number)), number=number, note=None)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def counted(self, info: strawberry.Info, to: int) -> AsyncIterator[Order]:
        try:
            for order in _orders(to):
                yield order
        finally:
            info.context.calls.append("closed")

    @strawberry.subscription
    async def refused(self) -> AsyncIterator[int]:
        raise ValueError("no stream")
        yield 1


def shop_schema(**options: Any) -> strawberry.Schema:
    """The schema; options as for strawberry.Schema."""
    return strawberry.Schema(Query, Mutation, Subscription, types=[Order, Customer], **options)
