"""The compiled form of a document: what is left to do once the document is known.

A `Place` is one selection set on one concrete type; a `Field` is one response key in it. Places are shared where the
same fields of the same type are selected, so a plan is a graph and holds no paths: the runner knows those.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any, Protocol

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo
from graphql.pyutils import Path

from resolvers.selection import Selection, merge


class Source(Enum):
    """Where the values of a field come from."""

    TYPENAME = auto()
    COLUMN = auto()
    COMPUTED = auto()
    """A function of the rows alone, which waits for nothing."""
    BATCHED = auto()
    PLAIN = auto()


class Running(Protocol):
    """What a plan needs to know about the request that it serves."""

    context: Any
    variables: Any
    apart: bool
    """Whether this run may change tasks, so that what resolvers return needs tasks of its own."""
    patient: bool
    """Whether awaitables are awaited; graphql-core's `execute_sync` takes them for values."""
    is_async_iterable: Callable[[Any], bool]
    waited: bool
    """Whether anything was awaited."""
    cost: int
    """What was touched so far, in the points of `price`."""
    failures: int
    dirty: "set[Field]"
    """Fields with a failure in or below them."""
    places: "dict[int, Place]"
    """The place of a response object of an abstract type, by the object's id, where something failed."""

    def info(self, field: "Field", path: Path) -> GraphQLResolveInfo[Any]: ...

    def resolve_type(self, value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> Any: ...


class Shape(Protocol):
    """How raw values of one type become response values, for many values at once."""

    required: bool
    inner: "Shape | None"
    """The shape of a list's items."""

    def place_of(self, _run: Running, _value: Any, /) -> "Place | None":
        """The place that made a response object."""

    @property
    def selection(self) -> Selection | None:
        """What is needed of the objects; None for leaves."""

    @property
    def may_wait(self) -> bool:
        """Whether a resolver below may wait for something that a sibling could wait for meanwhile."""

    def at_once(self, values: list[Any], /) -> list[Any] | None:
        """The response values where one look at all of them is enough; None where `complete` has to look."""

    async def complete(self, run: Running, values: list[Any], field: "Field", path: Path) -> list[Any]:
        """One response value per raw value, in order; an Exception in a slot is a failure."""


@dataclass(slots=True, eq=False)
class Field:
    """One response key of a place."""

    key: str
    index: int
    source: Source
    name: str
    """The python name: of the attribute, or of the field as resolvers know it."""
    parent_type: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    shape: Shape
    needs: frozenset[str] | None
    """Columns of the parents that the field reads; None when nobody knows."""
    relation: Any
    """What a batched field follows, so that what it leads to may come along with its parents."""
    ahead: tuple[Any, Any]
    """The listing and the statement that a batched field reads for its parents, so that both may come along."""
    read_item: Callable[[Any], Any]
    read_attribute: Callable[[Any], Any]
    resolve: Callable[..., Any]
    """Plain: resolver(parent, info, **arguments). Batched: call(parents, level, info, arguments). Computed:
    function(parents)."""
    info: Callable[[GraphQLResolveInfo[Any]], Any] | None
    """Makes the resolver's `info` from graphql-core's; None when it wants none."""
    arguments: Callable[[Running], Mapping[str, Any]]


@dataclass(eq=False)
class Place:
    """One selection set on one concrete type."""

    object_type: GraphQLObjectType
    origin: type | None
    """The class whose instances need no further look at their type."""
    takes_rows: bool = False
    """Whether the type's own check accepts every database row: its class says so by `takes_rows`."""
    weight: int = 0
    """What the fields of one object cost, without what is below them (see `price`)."""
    fields: tuple[Field, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields)

    @cached_property
    def typenames(self) -> tuple[Field, ...]:
        return self._of(Source.TYPENAME)

    @cached_property
    def read(self) -> tuple[Field, ...]:
        """Columns, and what is computed from them."""
        return self._of(Source.COLUMN, Source.COMPUTED)

    @cached_property
    def plain(self) -> tuple[Field, ...]:
        return self._of(Source.PLAIN)

    @cached_property
    def batched(self) -> tuple[Field, ...]:
        return self._of(Source.BATCHED)

    @cached_property
    def crowded(self) -> bool:
        """Whether two branches below may wait, so that they should wait together."""
        return sum(field.shape.may_wait for field in self.fields) > 1

    @cached_property
    def may_wait(self) -> bool:
        return bool(self.plain) or any(field.shape.may_wait for field in self.fields)

    @cached_property
    def selection(self) -> Selection:
        """What the rows of this place must have, and what is needed below."""
        columns: set[str] | None = set()
        below: dict[str, list[Selection]] = {}
        for field in self.fields:
            if columns is not None:
                columns = None if field.needs is None else columns | field.needs
            wanted = field.shape.selection
            if wanted is not None or field.source in (Source.COMPUTED, Source.BATCHED, Source.PLAIN):
                below.setdefault(field.name, []).append(wanted or Selection(frozenset()))
        return Selection(
            None if columns is None else frozenset(columns),
            {name: merge(found) for name, found in below.items()},
            {field.name: field.relation for field in self.fields if field.relation is not None},
            lists=_lists(self.fields),
            beside=frozenset(field.ahead[1] for field in self.fields if field.ahead[1] is not None),
        )

    def _of(self, *sources: Source) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.source in sources)


def _lists(fields: tuple[Field, ...]) -> dict[str, tuple[Any, int]]:
    """Fields that give pages under their parents: listing and size, where the document spells the size out and asks
    for the first page of it, once."""
    found: dict[str, tuple[Any, int]] = {}
    names = [field.name for field in fields]
    for field in fields:
        known = getattr(field.arguments, "known", None)
        if field.ahead[0] is None or known is None or names.count(field.name) > 1 or known.get("after") is not None:
            continue
        first = known.get("first")
        if known.keys() <= {"first", "after"} and isinstance(first, int):
            found[field.name] = (field.ahead[0], first)
    return found
