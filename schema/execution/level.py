"""Running one level: every field of a place, once, for all parents there."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from graphql.pyutils import Path

from schema.execution.assembly import assembled
from schema.execution.plan import Field, Place, Running, Source
from schema.execution.sources import call_each, read, resolve_batch
from schema.execution.waiting import CHUNK, breathe, concurrently, settle
from tenancy.spans import within

Vectors = list[Sequence[Any]]
"""Per field of a place, in order: one value per parent."""


async def run_level(
    run: Running, place: Place, parents: list[Any], kinds: set[type], path: Path | None
) -> list[dict[str, Any]]:
    """One response object per parent, in order; a value that is an Exception is a failed field.

    `kinds` are the classes of the parents; `path` has no list indices.
    """
    if not parents:  # nobody is asked for the children of nobody
        return []
    run.cost += place.weight * len(parents)
    vectors: Vectors = [()] * len(place.fields)
    for field in place.typenames:
        vectors[field.index] = [place.object_type.name] * len(parents)
    unfinished = await _read(place, parents, kinds, vectors)
    if place.plain:
        unfinished += await _call_plain(run, place.plain, parents, path)
    if place.crowded:
        await _finish_together(run, place, parents, path, unfinished, vectors)
    else:
        for field, values in unfinished:
            vectors[field.index] = await complete(run, field, values, path)
        for field in place.batched:
            vectors[field.index] = await _batch(run, field, parents, path)
    if len(parents) <= CHUNK:
        return list(assembled(place.keys, vectors, len(parents)))
    return await _assemble(place.keys, vectors, len(parents))


async def _read(place: Place, parents: list[Any], kinds: set[type], vectors: Vectors) -> list[tuple[Field, list[Any]]]:
    """Fill in columns and what is computed from them; those fields whose values need more than one look are left."""
    unfinished: list[tuple[Field, list[Any]]] = []
    for field in place.read:
        values = read(field, parents, kinds)
        done = field.shape.at_once(values)
        if done is None:
            unfinished.append((field, values))
        else:
            vectors[field.index] = done
        if len(parents) > CHUNK:
            await breathe()
    return unfinished


async def run_serially(run: Running, place: Place, root: Any) -> list[dict[str, Any]]:
    """The root of a mutation: each field with all that is below it before the next one starts."""
    parents, kinds = [root], {type(root)}
    run.cost += place.weight
    vectors: Vectors = [()] * len(place.fields)
    for field in place.fields:
        if field.source is Source.TYPENAME:
            vectors[field.index] = [place.object_type.name]
        elif field.source is Source.BATCHED:
            vectors[field.index] = await _batch(run, field, parents, None)
        elif field.source is Source.PLAIN:
            ((_, values),) = await _call_plain(run, (field,), parents, None)
            vectors[field.index] = await complete(run, field, values, None)
        else:
            vectors[field.index] = await complete(run, field, read(field, parents, kinds), None)
    return list(assembled(place.keys, vectors, 1))


async def complete(run: Running, field: Field, values: list[Any], path: Path | None) -> list[Any]:
    """Raw values to response values; remembers the field when something in or below it failed."""
    return await _completed(run, field, values, Path(path, field.key, field.parent_type.name))


async def _completed(run: Running, field: Field, values: list[Any], at: Path) -> list[Any]:
    before = run.failures
    done = await field.shape.complete(run, values, field, at)
    if run.failures != before:
        run.dirty.add(field)
    return done


async def _call_plain(
    run: Running, fields: Sequence[Field], parents: list[Any], path: Path | None
) -> list[tuple[Field, list[Any]]]:
    """Call the resolvers of all these fields, then wait for all of them together."""
    raw: list[Any] = []
    for field in fields:
        raw += await call_each(run, field, parents, path)
    settled = iter(await settle(run, raw))
    return [(field, list(islice(settled, len(parents)))) for field in fields]


async def _batch(run: Running, field: Field, parents: list[Any], path: Path | None) -> list[Any]:
    at = Path(path, field.key, field.parent_type.name)
    values = await within("batch", f"{field.parent_type.name}.{field.key}", resolve_batch(run, field, parents, at))
    done = field.shape.at_once(values)
    return await _completed(run, field, values, at) if done is None else done


async def _finish_together(
    run: Running,
    place: Place,
    parents: list[Any],
    path: Path | None,
    unfinished: list[tuple[Field, list[Any]]],
    vectors: Vectors,
) -> None:
    run.apart = True
    jobs = [complete(run, field, values, path) for field, values in unfinished]
    jobs += [_batch(run, field, parents, path) for field in place.batched]
    fields = [field for field, _ in unfinished] + list(place.batched)
    for field, values in zip(fields, await concurrently(jobs), strict=True):
        vectors[field.index] = values


async def _assemble(keys: tuple[str, ...], vectors: Vectors, count: int) -> list[dict[str, Any]]:
    """Many objects, with breaths between them."""
    objects = assembled(keys, vectors, count)
    done: list[dict[str, Any]] = []
    while len(done) < count:
        done += islice(objects, CHUNK)
        await breathe()
    return done
