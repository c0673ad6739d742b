"""The makers of fields: what is not a plain column is `related`, `page_of`, `derived`, `identified` or a command.

They hand rows, not GraphQL objects: a field reads columns by name, and the row stands in for the type. This module
and `resolvers.batch` are the only ones whose public functions return Any: the value stands for the field's own type.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, isawaitable, signature
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from resolvers import ids
from resolvers.arguments import After, First, GlobalId
from resolvers.batch import Level, Parents, batched
from resolvers.loaders import RowLoader
from resolvers.lookup import find
from resolvers.pages import FIRST, Listing, Page, Request, Source
from resolvers.relations import Relation, columns_of, folds_of
from tenancy.database import Row
from tenancy.errors import Forbidden
from tenancy.tables import Table
from tenancy.words import AccountType

_ID = attrgetter("id")


def identified(type_name: str) -> Any:
    """The global id of a node."""

    def resolve(parents: Parents) -> list[str]:
        return ids.encode_all(type_name, map(_ID, parents))

    said = "Opaque id, the same for ever; `node` finds the object by it."
    return batched(resolve, columns=("id",), computed=True, description=said)


def derived(compute: Callable[[Any], Any], columns: Sequence[str], *, description: str, name: str | None = None) -> Any:
    """A value computed from columns of the row itself."""

    def resolve(parents: Parents) -> list[Any]:
        return [compute(row) for row in parents]

    return batched(resolve, columns=columns, computed=True, description=description, name=name)


def related(attribute: InstrumentedAttribute[Any], *, description: str) -> Any:
    """The row that a relationship of the tables leads to; None where there is none, or none that the viewer sees."""
    return named_by(Relation.of(attribute), description=description)


def named_by(relation: Relation, *, description: str) -> Any:
    """The row whose id stands in an attribute of the parent."""

    key_of = attrgetter(relation.local)

    async def resolve(parents: Parents, info: Level) -> list[Row | None]:
        found: list[Row | None] = await _loader(relation, info).level(map(key_of, parents))
        return found

    async def resolve_one(parent: Any, level: Level) -> Row | None:
        key = getattr(parent, relation.local)
        return None if key is None else await _loader(relation, level).load(key)

    columns = (relation.local,)
    return batched(resolve, columns=columns, relation=relation, resolve_one=resolve_one, description=description)


def all_named_by(relation: Relation, *, description: str, told: Callable[[Row, Any], Any] | None = None) -> Any:
    """The rows whose ids stand in an attribute of the parent, in its order, without those the viewer cannot see.

    `told(row, parent)` makes something richer of a row.
    """

    async def resolve(parents: Parents, info: Level) -> list[list[Any]]:
        named = [getattr(parent, relation.local) for parent in parents]
        rows = iter(await _loader(relation, info).level([key for each in named for key in each]))
        found = [[row for row in islice(rows, len(each)) if row is not None] for each in named]
        if told is None:
            return found
        return [[told(row, parent) for row in each] for each, parent in zip(found, parents, strict=True)]

    return batched(resolve, columns=(relation.local,), description=description)


def _loader(relation: Relation, info: Level) -> RowLoader:
    table, wanted = relation.table, info.selection
    folds = folds_of(table, wanted)
    loader: RowLoader = info.context.loaders.rows(table, columns_of(table, wanted.columns), folds=folds)
    return loader


def question(
    answer: Callable[..., Any],
    *,
    description: str,
    applications: bool = False,
    name: str | None = None,
    cost: int | None = None,
) -> Any:
    """A root field: asked once, not of parents. `answer(info, **arguments)` gives its one value.

    Applications are turned away unless the field is theirs: aggregates for partner tools, and nothing else (D-30);
    its metadata says so, for whoever checks a document before it runs. `cost` is its price where one point is too
    little.
    """

    @wraps(answer)
    async def resolve(parents: Parents, info: Level, **arguments: Any) -> list[Any]:
        if not applications and info.context.viewer.account_type is AccountType.APPLICATION:
            raise Forbidden(rule="D-30")
        value = answer(info, **arguments)
        found = await value if isawaitable(value) else value
        return [found] * len(parents)

    given = signature(answer)
    asked = Parameter("parents", Parameter.POSITIONAL_OR_KEYWORD, annotation=Parents)
    resolve.__signature__ = given.replace(parameters=[asked, *given.parameters.values()])  # type: ignore[attr-defined]  # Strawberry reads arguments from it
    metadata = {"applications": applications} | ({} if cost is None else {"cost": cost})
    return batched(resolve, description=description, name=name, metadata=metadata)


def listed(listing: Listing, *, description: str) -> Any:
    """A root field that is the page of a listing, as it is."""

    async def answer(info: Level, first: First = FIRST, after: After = None) -> Page:
        return await Source(info.context, listing, Request(first, after)).page(info.selection)

    return question(answer, description=description)


def found_by_id(type_name: str, table: type[Table], *, description: str, applications: bool = False) -> Any:
    """A root field that finds one object by its global id."""

    async def answer(info: Level, id: GlobalId) -> Row:
        return await find(info, type_name, table, id)

    return question(answer, description=description, applications=applications)


def page_of(listing: Listing, *, description: str) -> Any:
    """A page under each parent, in the listing's own order."""

    async def resolve(
        parents: Parents, info: Level, first: First = FIRST, after: After = None
    ) -> list[Page | Exception]:
        source = Source(info.context, listing, Request(first, after))
        return await source.pages(list(map(_ID, parents)), info.selection)

    return batched(resolve, columns=("id",), listing=listing, description=description)
