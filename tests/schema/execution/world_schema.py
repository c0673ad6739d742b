"""The GraphQL side of the made-up world; see `world`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON

from resolvers.batch import Level, Parents, batched
from tests.schema.execution.world import (
    MAKERS,
    Context,
    Row,
    Shade,
    batch,
    maybe_later,
    part,
    planted,
    row,
    text,
    thing,
)

strawberry.enum(Shade)


class Luck(BasePermission):
    """Denies one object in five."""

    message = "No luck."

    async def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return not source or info.context.random(source.key, "luck").random() > 0.2


class Loud(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        value = next_(source, info, **kwargs)
        return value.upper() if isinstance(value, str) else value


@strawberry.input
class Filter:
    text: strawberry.Maybe[str | None]
    shade: Shade = Shade.DARK
    numbers: list[int] | None = None
    inner: "Filter | None" = None
    day: date | None = None


def say(value: Any) -> str:
    """Arguments as text, so that differences of conversion show."""
    return repr(value)


@strawberry.interface
class Node:
    id: strawberry.ID
    label: str | None

    @strawberry.field
    def greeting(self, info: strawberry.Info, name: str = "you") -> str:
        return f"{info.field_name} {name}"


@strawberry.interface
class Counted:
    count: int


async def batched_parts(parents: Parents, info: Level, first: int = 2) -> Any:
    return [
        value[:first] if isinstance(value, list) else value
        for value in batch(info.context, list(parents), "parts", lambda c, r, k: [part(c, r, k + "/0"), None])
    ]


def batched_next(parents: Parents, info: Level) -> Any:
    return batch(info.context, list(parents), "next", thing)


def batched_words(parents: Parents, info: strawberry.Info, filter: Filter | None = None) -> Any:
    values = batch(info.context, list(parents), "words", text)
    return [value + say(filter) if isinstance(value, str) else value for value in values]


def computed(name: str, maker: str) -> Any:
    """A field that is computed of the rows alone."""

    def resolve(parents: Parents) -> Any:
        return batch(parents[0].context, list(parents), name, MAKERS[maker])

    return batched(resolve, columns=("id",), computed=True)


@strawberry.type
class Thing(Node, Counted):
    maybe_count: int | None
    ratio: float
    flag: bool | None
    shade: Shade
    maybe_shade: Shade | None
    day: date | None
    moment: datetime | None
    uuid: UUID | None
    amount: Decimal | None
    extra: JSON | None
    numbers: list[int]
    maybe_numbers: list[int | None] | None
    matrix: list[list[int] | None] | None
    shades: list[Shade] | None
    thing: "Thing"
    maybe_thing: "Thing | None"
    things: list["Thing"] | None
    strict_things: list["Thing"]
    loose_things: list["Thing | None"] | None
    grid: list[list["Thing | None"]] | None
    part: "Part | None"
    node: Node | None
    strict_node: Node
    nodes: list[Node | None] | None
    item: "Item | None"
    items: list["Item | None"]
    strict_items: list["Item"] | None
    parts: "list[Part | None] | None" = batched(batched_parts, columns=("id",))
    spelled: str | None = computed("spelled", "label")
    tinted: Shade = computed("tinted", "shade")
    tally: int | None = computed("tally", "count")
    own: "Part | None" = computed("own", "part")
    next: "Thing | None" = batched(batched_next)
    strict_next: "Thing" = batched(batched_next)
    words: str | None = batched(batched_words)
    lucky: str | None = batched(batched_words, permission_classes=[Luck])

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return getattr(obj, "kind", None) == "Thing"

    @strawberry.field
    @staticmethod
    def plain(parent: strawberry.Parent[Row], info: strawberry.Info, filter: Filter | None = None) -> str | None:
        value: str | None = planted(parent.context, parent.key, "plain", lambda _c, _r, _k: say(filter))
        return value

    @strawberry.field
    def waiting(self, root: Any, info: strawberry.Info, times: int = 1, shade: Shade = Shade.LIGHT) -> int:
        value = planted(root.context, root.key, "waiting", lambda _c, random, _k: random.randrange(9) * times)
        later: int = maybe_later(info.context, value)
        return later

    @strawberry.field(permission_classes=[Luck])  # type: ignore[untyped-decorator]  # Strawberry says Any
    async def guarded(self, root: Any) -> "Part | None":
        made: Any = row(root.context, root.context.random(root.key), root.key, "P")
        return cast(Part, made)

    @strawberry.field(extensions=[Loud()])  # type: ignore[untyped-decorator]  # Strawberry says Any
    def loud(self, words: list[str] = ["a", "b"]) -> str:  # noqa: B006  a default that resolvers could change
        words.append("!")
        return "".join(words)


@strawberry.type
class Part(Node):
    thing: Thing | None
    amount: Decimal | None
    parts: "list[Part | None] | None" = batched(batched_parts)

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return getattr(obj, "kind", None) == "Part"


@strawberry.type
class Note:
    body: str
    thing: Thing | None
    shade: Shade | None

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return getattr(obj, "kind", None) == "Note"


Item = Annotated[Thing | Part | Note, strawberry.union("Item")]


def one_word(parents: Parents) -> Any:
    return ["word" for _ in parents]


def root_field(name: str) -> Any:
    """A root field that gives what the name gives everywhere."""

    def resolve(info: strawberry.Info, key: str = "root") -> Any:
        context: Context = info.context
        return maybe_later(context, planted(context, key, name, MAKERS[name]))

    return strawberry.field(resolver=resolve)


@strawberry.type
class Query:
    thing: Thing | None = root_field("thing")
    strict_thing: Thing = root_field("thing")
    things: list[Thing] | None = root_field("things")
    strict_things: list[Thing] = root_field("things")
    node: Node | None = root_field("node")
    items: list[Item | None] | None = root_field("items")
    grid: list[list[Thing | None]] | None = root_field("grid")
    words: str | None = batched(one_word)

    @strawberry.field
    def echo(self, filter: Filter, ids: list[strawberry.ID] | None = None, amount: Decimal = Decimal(1)) -> str:
        return say((filter, ids, amount))


@strawberry.type
class Mutation:
    thing: Thing | None = root_field("thing")
    strict_thing: Thing = root_field("thing")
    things: list[Thing] | None = root_field("things")
    words: str = batched(one_word)


def world_schema(execution_context_class: Any = None) -> strawberry.Schema:
    """The schema, executed by graphql-core unless said otherwise."""
    return strawberry.Schema(Query, Mutation, types=[Part, Note], execution_context_class=execution_context_class)
