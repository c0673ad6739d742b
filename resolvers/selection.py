"""What a document asks for below one place of its tree, in the words of the python side.

Field resolvers receive a `Selection` and fetch nothing that nobody asked for: it is why a read costs
as many columns as the document names, and why a total is only counted when it is selected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any


def _nothing() -> Mapping[str, "Selection"]:
    return MappingProxyType({})


def _no_relations() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=True)
class Selection:
    """The needs of the objects at one place: hashable, so that statements can be cached by it.

    `columns` are python names of plain attributes that every object must have, including those that batched
    fields read from their parents; None means "everything", because a resolver there may read anything.
    `fields` are the other selected fields by python name, with what is needed below each (aliases merged).
    `relations` says of those fields that follow a relation of their rows, which (`resolvers.relations.Relation`).
    `lists` says of those that are pages under their objects, of which listing and how long, and `beside` which
    statements by their ids are read (`resolvers.nests`).
    `types` tells the needs apart by GraphQL type name where the place is an interface or a union.
    """

    columns: frozenset[str] | None
    fields: Mapping[str, "Selection"] = field(default_factory=_nothing)
    relations: Mapping[str, Any] = field(default_factory=_no_relations)
    types: Mapping[str, "Selection"] = field(default_factory=_nothing)
    lists: Mapping[str, tuple[Any, int]] = field(default_factory=_no_relations)
    beside: frozenset[Any] = frozenset()

    def has(self, name: str) -> bool:
        """Whether the field or column with this python name is needed."""
        return self.columns is None or name in self.fields or name in self.columns

    def child(self, name: str) -> "Selection":
        """What is needed below a field: EVERYTHING when that is unknown, NOTHING when it is not selected."""
        if name in self.fields:
            return self.fields[name]
        return EVERYTHING if self.columns is None else NOTHING

    def on(self, type_name: str) -> "Selection":
        """What is needed of objects of one GraphQL type; the same everywhere but at interfaces and unions."""
        return self.types.get(type_name, self)

    @cached_property
    def _hash(self) -> int:
        named = (self.fields, self.relations, self.types, self.lists)
        return hash((self.columns, self.beside, *(frozenset(each.items()) for each in named)))

    def __hash__(self) -> int:
        return self._hash


def merge(selections: Iterable[Selection]) -> Selection:
    """The smallest selection that satisfies all of these."""
    columns: frozenset[str] | None = frozenset()
    fields: dict[str, Selection] = {}
    relations: dict[str, Any] = {}
    types: dict[str, Selection] = {}
    lists: dict[str, tuple[Any, int]] = {}
    beside: frozenset[Any] = frozenset()
    for selection in selections:
        columns = None if columns is None or selection.columns is None else columns | selection.columns
        _merge_into(fields, selection.fields)
        _merge_into(types, selection.types)
        relations |= selection.relations
        lists |= selection.lists
        beside |= selection.beside
    return Selection(columns, fields, relations, types, lists, beside)


def _merge_into(known: dict[str, Selection], more: Mapping[str, Selection]) -> None:
    for name, selection in more.items():
        known[name] = merge((known[name], selection)) if name in known else selection


EVERYTHING = Selection(None)
NOTHING = Selection(frozenset())
