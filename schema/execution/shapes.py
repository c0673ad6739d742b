"""How raw values become response values: leaves, lists, and objects of a known type.

Each shape first sorts out nulls, errors and awaitables, for all values at once; what remains goes to `whole`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from itertools import chain, islice
from typing import Any

from graphql import GraphQLError, GraphQLLeafType
from graphql.pyutils import Path, inspect, is_iterable
from typing_extensions import override

from resolvers.selection import Selection
from schema.execution.kinds import NOTHING_THERE, STANDING_IN, all_ordinary
from schema.execution.leaves import enum_names, passing_classes, serialised, vector_check
from schema.execution.level import run_level
from schema.execution.plan import Field, Place, Running, Shape
from schema.execution.waiting import CHUNK, breathe, settle


class Completing(ABC):
    """What all shapes have in common: nulls and errors take no part."""

    def __init__(self, *, required: bool) -> None:
        self.required = required
        self.inner: Shape | None = None

    @property
    def selection(self) -> Selection | None:
        return None

    @property
    def may_wait(self) -> bool:
        return False

    def place_of(self, _run: Running, _value: Any) -> Place | None:
        return None

    def at_once(self, _values: list[Any]) -> list[Any] | None:
        return None

    async def complete(self, run: Running, values: list[Any], field: Field, path: Path) -> list[Any]:
        kinds = set(map(type, values))
        if all_ordinary(kinds):
            return await self.whole(run, values, kinds, field, path)
        values = await settle(run, values)
        good = [value for value in values if not _is_gap(value)]
        done = iter(await self.whole(run, good, set(map(type, good)), field, path)) if good else iter(())
        missing = self._missing(field)
        completed = []
        for value in values:
            if not _is_gap(value):
                completed.append(next(done))
            elif isinstance(value, Exception):
                run.failures += 1
                completed.append(value)
            else:
                run.failures += self.required
                completed.append(missing)
        return completed

    @abstractmethod
    async def whole(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        """Complete values none of which is null, an Exception or awaitable."""

    def _missing(self, field: Field) -> Exception | None:
        if not self.required:
            return None
        return TypeError(f"Cannot return null for non-nullable field {named(field)}.")


class Leaf(Completing):
    """A scalar or an enum."""

    def __init__(self, leaf: GraphQLLeafType, *, required: bool) -> None:
        super().__init__(required=required)
        self.leaf = leaf
        self.passing = passing_classes(leaf)
        self._check: Callable[[list[Any]], list[Any]] | None = vector_check(leaf)
        self._untouched = self.passing if required or self._check else self.passing | NOTHING_THERE
        names = enum_names(leaf)
        self._told: Mapping[Any, Any] | None = names if names is None or required else {None: None, **names}

    @override
    def at_once(self, values: list[Any]) -> list[Any] | None:
        try:
            if self._told is not None:
                return list(map(self._told.__getitem__, values))
            if not self._untouched.issuperset(map(type, values)):
                return None
            return values if self._check is None else self._check(values)
        except Exception:  # some value is not fit: `complete` finds out which
            return None

    @override
    async def whole(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        done = self.at_once(values)
        return await self._one_by_one(run, values) if done is None else done

    async def _one_by_one(self, run: Running, values: list[Any]) -> list[Any]:
        trusted: frozenset[type] = frozenset() if self._check else self.passing
        done = []
        for count, value in enumerate(values, start=1):
            try:
                done.append(value if type(value) in trusted else serialised(self.leaf, value))
            except Exception as error:
                run.failures += 1
                done.append(error)
            if not count % CHUNK:
                await breathe()
        return done


class ListOf(Completing):
    """A list: all items of all lists make one level."""

    def __init__(self, inner: Shape, *, required: bool) -> None:
        super().__init__(required=required)
        self.inner = inner
        self._items = inner

    @property
    def selection(self) -> Selection | None:
        return self._items.selection

    @property
    def may_wait(self) -> bool:
        return self._items.may_wait

    @override
    async def whole(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        if not kinds <= {list, tuple}:
            return await self._odd(run, values, field, path)
        return await self._cut(run, values, field, path)

    async def _cut(self, run: Running, lists: list[Any], field: Field, path: Path) -> list[Any]:
        items = iter(await self._items.complete(run, list(chain.from_iterable(lists)), field, path))
        return [list(islice(items, len(each))) for each in lists]

    async def _odd(self, run: Running, values: list[Any], field: Field, path: Path) -> list[Any]:
        """Other iterables are read first; what is none, or fails in the middle, fails as a whole."""
        lists = [await _as_list(run, value, field) for value in values]
        failed = [isinstance(each, Exception) for each in lists]
        run.failures += sum(failed)
        good = [each for each, bad in zip(lists, failed, strict=True) if not bad]
        done = iter(await self._cut(run, good, field, path))
        return [each if bad else next(done) for each, bad in zip(lists, failed, strict=True)]


class ObjectOf(Completing):
    """An object of a type known from the schema."""

    def __init__(self, place: Place, *, required: bool) -> None:
        super().__init__(required=required)
        self.place = place

    @property
    def selection(self) -> Selection | None:
        return self.place.selection

    @property
    def may_wait(self) -> bool:
        return self.place.may_wait

    @override
    def place_of(self, _run: Running, _value: Any) -> Place | None:
        return self.place

    @override
    async def whole(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        if belongs(self.place, kinds):
            return list(await run_level(run, self.place, values, kinds, path))
        return await run_checked(run, self.place, values, field, path)


def belongs(place: Place, kinds: set[type]) -> bool:
    """Whether the classes alone tell that the values are of this type."""
    if place.object_type.is_type_of is None or kinds == {place.origin}:
        return True
    if place.takes_rows and kinds <= STANDING_IN:
        return True
    return all(getattr(kind, "graphql_type_name", None) == place.object_type.name for kind in kinds)


async def run_checked(run: Running, place: Place, values: list[Any], field: Field, path: Path) -> list[Any]:
    """Run a level for the values that the type's own check accepts; the others fail."""
    checked = await _check_each(run, place, values, field, path)
    good = [value for value, verdict in zip(values, checked, strict=True) if verdict is None]
    done = iter(await run_level(run, place, good, set(map(type, good)), path) if good else ())
    run.failures += len(values) - len(good)
    return [next(done) if verdict is None else verdict for verdict in checked]


async def _check_each(
    run: Running, place: Place, values: list[Any], field: Field, path: Path
) -> list[Exception | None]:
    check, info = place.object_type.is_type_of, run.info(field, path)
    assert check is not None
    answers: list[Any] = []
    for value in values:
        try:
            answers.append(check(value, info))
        except Exception as error:
            answers.append(error)
    verdicts: list[Exception | None] = []
    for value, answer in zip(values, await settle(run, answers), strict=True):
        if isinstance(answer, Exception):
            verdicts.append(answer)
        elif answer:
            verdicts.append(None)
        else:
            message = f"Expected value of type '{place.object_type}' but got: {inspect(value)}."
            verdicts.append(GraphQLError(message, field.nodes))
    return verdicts


def named(field: Field) -> str:
    """The field as messages name it: `Type.field`."""
    return f"{field.parent_type}.{field.nodes[0].name.value}"


def _is_gap(value: Any) -> bool:
    return type(value) in NOTHING_THERE or isinstance(value, Exception)


async def _as_list(run: Running, value: Any, field: Field) -> Any:
    try:
        if run.is_async_iterable(value):
            run.waited = True
            return [item async for item in value]
        if is_iterable(value):
            return list(value)
    except Exception as error:
        return error
    return GraphQLError(f"Expected Iterable, but did not find one for field '{named(field)}'.")
