"""Interfaces and unions: values are grouped by their concrete type, and each group is a level of its own."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from graphql import GraphQLAbstractType, GraphQLError, GraphQLObjectType, GraphQLSchema
from graphql.pyutils import Path, inspect

from resolvers.selection import Selection, merge
from schema.execution.level import run_level
from schema.execution.plan import Field, Place, Running
from schema.execution.shapes import Completing, belongs, named, run_checked
from schema.execution.waiting import settle


class AbstractOf(Completing):
    """An object of one of several types."""

    def __init__(
        self,
        schema: GraphQLSchema,
        abstract: GraphQLAbstractType,
        place_for: Callable[[GraphQLObjectType], Place],
        *,
        required: bool,
    ) -> None:
        super().__init__(required=required)
        self.schema = schema
        self.abstract = abstract
        self.places = {type_.name: place_for(type_) for type_ in schema.get_possible_types(abstract)}

    @cached_property
    def selection(self) -> Selection | None:
        types = {name: place.selection for name, place in self.places.items()}
        together = merge(types.values())
        return Selection(together.columns, together.fields, types=types)

    @property
    def may_wait(self) -> bool:
        return any(place.may_wait for place in self.places.values())

    def place_of(self, _run: Running, _value: Any) -> Place | None:
        return _run.places.get(id(_value))

    async def whole(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        completed = await self._types(run, values, kinds, field, path)
        groups: dict[str, list[int]] = {}
        for index, answer in enumerate(completed):
            place = None if isinstance(answer, Exception) else self._place(answer, values[index], field)
            if isinstance(place, Place):
                groups.setdefault(place.object_type.name, []).append(index)
            else:
                run.failures += 1
                completed[index] = place or answer
        for name, indices in groups.items():
            group = [values[index] for index in indices]
            for index, done in zip(indices, await self._run(run, name, group, field, path), strict=True):
                completed[index] = done
        return completed

    async def _types(self, run: Running, values: list[Any], kinds: set[type], field: Field, path: Path) -> list[Any]:
        """Per value the name of its type, or whatever the schema's own resolver said or raised."""
        told = {kind: getattr(kind, "graphql_type_name", None) for kind in kinds}
        if all(told.values()):
            return [told[type(value)] for value in values]
        info = run.info(field, path)
        answers: list[Any] = []
        for value in values:
            try:
                answers.append(run.resolve_type(value, info, self.abstract))
            except Exception as error:
                answers.append(error)
        return await settle(run, answers)

    async def _run(self, run: Running, name: str, group: list[Any], field: Field, path: Path) -> list[Any]:
        place, before = self.places[name], run.failures
        kinds = set(map(type, group))
        if belongs(place, kinds):
            done: list[Any] = list(await run_level(run, place, group, kinds, path))
        else:
            done = await run_checked(run, place, group, field, path)
        if run.failures != before:
            run.places.update((id(each), place) for each in done)
        return done

    def _place(self, name: Any, value: Any, field: Field) -> Place | GraphQLError:
        if isinstance(name, str) and name in self.places:
            return self.places[name]
        return GraphQLError(self._objection(name, value, field), field.nodes)

    def _objection(self, name: Any, value: Any, field: Field) -> str:
        """Why this is no type of the place, in graphql-core's words."""
        if name is None:
            return (
                f"Abstract type '{self.abstract}' must resolve to an Object type at runtime"
                f" for field '{named(field)}'. Either the '{self.abstract}' type should provide"
                " a 'resolve_type' function or each possible type should provide an 'is_type_of' function."
            )
        if not isinstance(name, str):
            return (
                f"Abstract type '{self.abstract}' must resolve to an Object type at runtime"
                f" for field '{named(field)}' with value {inspect(value)}, received '{inspect(name)}',"
                " which is not a valid Object type name."
            )
        known = self.schema.get_type(name)
        if known is None:
            return (
                f"Abstract type '{self.abstract}' was resolved to a type '{name}'"
                " that does not exist inside the schema."
            )
        if not isinstance(known, GraphQLObjectType):
            return f"Abstract type '{self.abstract}' was resolved to a non-object type '{name}'."
        return f"Runtime Object type '{known}' is not a possible type for '{self.abstract}'."
