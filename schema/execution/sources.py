"""The sources of raw values: columns of rows and what is computed from them, batched functions, and resolvers called
row by row."""

from asyncio import ensure_future
from collections.abc import Sequence
from inspect import isawaitable
from typing import Any

from graphql.pyutils import Path

from resolvers.batch import Level
from resolvers.selection import NOTHING
from schema.execution.arguments import unchangeable
from schema.execution.kinds import RECORDS
from schema.execution.plan import Field, Running, Source
from schema.execution.waiting import CHUNK, breathe

_COMPUTED = Source.COMPUTED


def read(field: Field, parents: list[Any], kinds: set[type]) -> list[Any]:
    """A column of all parents, or what is computed from them; a slot that cannot be read holds its Exception."""
    if field.source is _COMPUTED:
        return _computed(field, parents)
    if kinds.isdisjoint(RECORDS):
        get = field.read_attribute
    elif kinds <= RECORDS:
        get = field.read_item
    else:
        return [_read_one(field, parent) for parent in parents]
    try:
        return list(map(get, parents))
    except Exception:  # rare: a row lacks the column, or a property raised
        return [_read_one(field, parent) for parent in parents]


async def resolve_batch(run: Running, field: Field, parents: list[Any], at: Path) -> list[Any]:
    """One call for all parents, of the field that stands at this place. What the call raises is the error of every
    slot."""
    level = Level(run.context, field.shape.selection or NOTHING, field.name, at)
    try:
        info = field.info and field.info(run.info(field, at))
        values = field.resolve(parents, level, info, field.arguments(run))
        if type(values) is not list and run.patient and isawaitable(values):
            run.waited = True
            values = await (ensure_future(values) if run.apart else values)
        return _one_each(field, values, parents)
    except Exception as error:
        return [error] * len(parents)


async def call_each(run: Running, field: Field, parents: list[Any], path: Path | None) -> list[Any]:
    """A plain resolver's results, which may be awaitable; a slot that it raised for holds the Exception."""
    try:
        arguments = field.arguments(run)
    except Exception as error:
        return [error] * len(parents)
    shared = len(parents) == 1 or unchangeable(arguments)
    info = field.info and field.info(run.info(field, Path(path, field.key, field.parent_type.name)))
    resolve = field.resolve
    results = []
    for count, parent in enumerate(parents, start=1):
        try:
            given = arguments if shared else field.arguments(run)
            results.append(resolve(parent, info, **given))
        except Exception as error:
            results.append(error)
        if not count % CHUNK:
            await breathe()
    return results


def _computed(field: Field, parents: list[Any]) -> list[Any]:
    """What the function raises is the error of every slot."""
    try:
        return _one_each(field, field.resolve(parents), parents)
    except Exception as error:
        return [error] * len(parents)


def _one_each(field: Field, values: Sequence[Any], parents: list[Any]) -> list[Any]:
    if len(values) != len(parents):
        raise ValueError(f"{field.name} gave {len(values)} values for {len(parents)} parents.")
    return values if type(values) is list else list(values)


def _read_one(field: Field, parent: Any) -> Any:
    try:
        return (field.read_item if type(parent) in RECORDS else field.read_attribute)(parent)
    except Exception as error:
        return error
