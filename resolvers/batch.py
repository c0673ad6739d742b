"""Fields that are resolved for all parents at once.

    @strawberry.type
    class Case:
        @batched(columns=("owner_id",), description="Who works on it.")
        @staticmethod
        async def owner(parents: Parents, info: Level) -> User | None:
            return await info.context.users([row.owner_id for row in parents], info.selection.columns)

The breadth-first executor (`schema.execution`) calls the function once per place of the document.
graphql-core, which knows nothing of this, calls it with one parent at a time; there a field may have
a cheaper way (`resolve_one`).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from inspect import Parameter, isawaitable
from typing import Annotated, Any, Self, TypedDict, Unpack, overload

from graphql.pyutils import Path
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.parent import StrawberryParent
from strawberry.permission import BasePermission
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import ReservedType, StrawberryResolver
from strawberry.types.info import Info

from resolvers.selection import EVERYTHING, Selection

Parents = Annotated[Sequence[Any], StrawberryParent()]
"""Marks the parameter that receives all parents; it is no GraphQL argument."""


@dataclass(slots=True)
class Level:
    """One field at one place of the document, for all parents there.

    `selection` tells what is needed of the values that the field returns; `at` is the place in graphql-core's
    form, without list indices, since a level has no position in a list.
    """

    context: Any
    selection: Selection
    field_name: str
    at: Path | None = None

    @property
    def path(self) -> list[str | int]:
        """The response keys from the root to the field."""
        return self.at.as_list() if self.at else []


class FieldOptions(TypedDict, total=False):
    """What a batched field says about itself; all but the first three as in strawberry.field."""

    columns: Iterable[str]
    computed: bool
    relation: Any
    listing: Any
    beside: Any
    resolve_one: Callable[..., Any] | None
    name: str | None
    description: str | None
    deprecation_reason: str | None
    permission_classes: Sequence[type[BasePermission]]
    directives: Sequence[object]
    extensions: Sequence[FieldExtension]
    metadata: Mapping[Any, Any] | None
    graphql_type: Any | None


@overload
def batched(resolve_all: Callable[..., Any], **options: Unpack[FieldOptions]) -> Any: ...


@overload
def batched(**options: Unpack[FieldOptions]) -> Callable[[Callable[..., Any]], Any]: ...


def batched(resolve_all: Callable[..., Any] | None = None, **options: Unpack[FieldOptions]) -> Any:
    """A field resolved for all parents at once; decorator, or call with the function.

    `resolve_all(parents, info, **arguments)`, sync or async, returns one value per parent in the parents'
    order; an Exception in a slot is the error of that slot, an awaitable is awaited. Its return annotation is
    the GraphQL type for ONE parent. `info` may be a `Level` or a `strawberry.Info`. `columns` are python names
    of the parents' columns that it reads; a `computed` field is a function of these alone, which takes the parents,
    waits for nothing and gives a list. `relation` is what it follows (see `resolvers.relations`). `listing` is
    what it gives pages of under its parents, `beside` a statement by the parents' ids that it reads: both may come
    along with the parents (see `resolvers.nests`).
    `resolve_one(parent, level, **arguments)` is used by graphql-core only.
    Permission classes and extensions work, at the price of resolving parent by parent.

    Returns Any: the value stands in for the field's own type in the class body.
    """
    return partial(_make, options) if resolve_all is None else _make(options, resolve_all)


def _make(options: FieldOptions, resolve_all: Callable[..., Any]) -> "BatchField":
    made = BatchField(
        graphql_name=options.get("name"),
        type_annotation=StrawberryAnnotation.from_annotation(options.get("graphql_type")),
        description=options.get("description"),
        deprecation_reason=options.get("deprecation_reason"),
        permission_classes=list(options.get("permission_classes", ())),
        directives=options.get("directives", ()),
        extensions=list(options.get("extensions", ())),
        metadata=options.get("metadata"),
    )
    made.columns, made.computed = frozenset(options.get("columns", ())), options.get("computed", False)
    made.relation, made.listing, made.beside = (options.get(name) for name in ("relation", "listing", "beside"))
    made.resolve_one = options.get("resolve_one")
    made.base_resolver = BatchResolver(resolve_all)
    return made


class BatchResolver(StrawberryResolver[Any]):
    """A resolver that may ask for a `Level` where others ask for `strawberry.Info`."""

    LEVEL_PARAMETER = ReservedType("info", Level)
    RESERVED_PARAMSPEC = (*StrawberryResolver.RESERVED_PARAMSPEC, LEVEL_PARAMETER)

    @property
    def level_parameter(self) -> Parameter | None:
        return self.reserved_parameters.get(self.LEVEL_PARAMETER)

    def reserved(self, parents: Sequence[Any], level: Level, info: Any) -> dict[str, Any]:
        """The keyword arguments that are no GraphQL arguments, under the function's own names."""
        named = (
            (self.parent_parameter, parents),
            (self.level_parameter, level),
            (self.info_parameter, info),
        )
        return {parameter.name: value for parameter, value in named if parameter is not None}


class BatchField(StrawberryField):
    """A Strawberry field whose resolver takes all parents; see `batched`."""

    columns: frozenset[str] = frozenset()
    computed: bool = False
    relation: Any = None
    listing: Any = None
    beside: Any = None
    resolve_one: Callable[..., Any] | None = None

    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied.columns, copied.computed = self.columns, self.computed
        copied.relation, copied.listing, copied.beside = self.relation, self.listing, self.beside
        copied.resolve_one = self.resolve_one
        return copied

    @property
    def resolve_all(self) -> Callable[..., Any]:
        """Takes keywords only: parents and level under the function's own names, and the arguments."""
        return self.batch_resolver

    @property
    def batch_resolver(self) -> BatchResolver:
        resolver = self.base_resolver
        if not isinstance(resolver, BatchResolver):
            raise TypeError(f"The batched field {self.python_name} has no function.")
        return resolver

    def get_result(
        self,
        source: Any,
        info: Info[Any, Any] | None,
        args: list[Any],  # noqa: ARG002  Strawberry's signature; a batched function has no self
        kwargs: dict[str, Any],
    ) -> Awaitable[Any] | Any:
        """One parent, as graphql-core asks."""
        level = Level(info.context if info else None, EVERYTHING, self.python_name)
        names = [argument.python_name for argument in self.arguments]
        arguments = {name: kwargs[name] for name in names if name in kwargs}
        if self.resolve_one is not None:
            value = self.resolve_one(source, level, **arguments)
            return _settled(value) if self.is_async else value
        values = self.resolve_all(**arguments, **self.batch_resolver.reserved([source], level, info))
        return _first_later(values) if self.is_async or isawaitable(values) else _first(values)

    @cached_property
    def is_async(self) -> bool:
        """Whether graphql-core has to wait; with permissions that wait also for a function that does not."""
        return super().is_async or any(each.has_resolver and not each.supports_sync for each in self.extensions)


async def _first_later(values: Awaitable[Sequence[Any]] | Sequence[Any]) -> Any:
    """Whoever waits for the function waits for its slots as well, as the level does."""
    return await _settled(_first(await _settled(values)))


async def _settled(value: Any) -> Any:
    return await value if isawaitable(value) else value


def _first(values: Sequence[Any]) -> Any:
    if isinstance(values[0], Exception):
        raise values[0]
    return values[0]


__all__ = ["BatchField", "BatchResolver", "Level", "Parents", "batched"]
