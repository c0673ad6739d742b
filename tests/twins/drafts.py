"""One random document in the making: selections, arguments as literals or variables, pages kept small."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import get_named_type, is_interface_type, is_leaf_type, is_object_type, print_ast
from graphql.utilities import value_to_literal

from tests.twins.contract import SCHEMA, Pair, field_of, is_required, objects, opened, places
from tests.twins.values import Values

MOST_FIELDS = 28
DEEPEST = 9

Way = list[Pair]


@dataclass
class Asked:
    """One field of a document: its key in the answer, the type that it is asked of, what was said, what hangs below;
    `after` is the variable that takes the cursor of its page."""

    key: str
    on: str
    name: str
    said: tuple[str, ...] = ()
    arguments: str = ""
    below: list["Asked"] = field(default_factory=list)
    after: str | None = None

    @property
    def pairs(self) -> Iterator[Pair]:
        """What was said here."""
        return (Pair(self.on, self.name, place) for place in self.said or ("",))


class Draft:
    """A document that is being written."""

    def __init__(self, random: Random, values: Values) -> None:
        self.random, self.values = random, values
        self.variables: dict[str, Any] = {}
        self._declared: dict[str, str] = {}
        self._fields = 0

    def selection(self, type_name: str, way: Way, depth: int) -> list[Asked]:
        """Fields of one type: the first step of the way, and by chance others."""
        found: list[Asked] = []
        if way:
            found.append(self._field(way[0], way[1:], depth))
        if depth:
            found += self._others(type_name, {each.name for each in found}, depth)
        return found

    def text(self, root: str, asked: list[Asked]) -> str:
        """The document."""
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self._declared.items())
        head = f"{root}({declared})" if declared else root
        name = "Query" if root == "query" else "Mutation"
        return f"{head} {{ {' '.join(_told(asked, name))} }}"

    def _others(self, type_name: str, known: set[str], depth: int) -> Iterator[Asked]:
        for owner in self._owners(type_name):
            fields = SCHEMA.type_map[owner].fields  # type: ignore[attr-defined]  # object types
            likely = 0.35 if depth < 4 else 0.15
            for name, definition in fields.items():
                leaf = is_leaf_type(get_named_type(definition.type))
                room = self._fields < MOST_FIELDS and (leaf or depth < DEEPEST - 2)
                if name not in known and room and self.random.random() < (likely if leaf else likely / 3):
                    yield self._field(Pair(owner, name), [], depth)

    def _owners(self, type_name: str) -> list[str]:
        type_ = SCHEMA.type_map[type_name]
        if is_interface_type(type_):
            return [self.random.choice(objects(type_)).name]
        return [type_name]

    def _field(self, step: Pair, way: Way, depth: int) -> Asked:
        self._fields += 1
        name, definition = step.field, field_of(step.owner, step.field)
        asked = Asked(f"f{self._fields}" if self.random.random() < 0.1 else name, step.owner, name)
        self.values.wanted = way[0].owner if way and name == "node" else None
        self._say(asked, definition.args, step.argument)
        below = get_named_type(definition.type)
        if not is_leaf_type(below):
            asked.below = self._below(below, way, depth + 1, asked)
        return asked

    def _below(self, below: Any, way: Way, depth: int, asked: Asked) -> list[Asked]:
        if below.name.endswith("Connection"):
            found = self.selection(below.name, way or [Pair(below.name, "nodes")], depth)
            if asked.after and all(each.key != "pageInfo" for each in found):
                found.append(
                    Asked("pageInfo", below.name, "pageInfo", below=[Asked("endCursor", "PageInfo", "endCursor")])
                )
            return found
        owner = way[0].owner if way else below.name
        found = self.selection(owner if is_object_type(below) else below.name, way, depth)
        if not found:
            names = [name for name in ("id", "code", "name") if is_object_type(below) and name in below.fields]
            found = [Asked(name, below.name, name) for name in names[:1]]
        return [*found, Asked("__typename", "", "__typename")]

    # --- arguments

    def _say(self, asked: Asked, definitions: Any, aim: str) -> None:
        parts: list[str] = []
        said: list[str] = []
        top = aim.partition(".")[0]
        for name, definition in definitions.items():
            if name == "after":
                parts += self._after(asked)
            elif name == "first" or name == top or is_required(definition) or self.random.random() < 0.3:
                value, places_ = self.values.argument(asked.on, asked.name, name, definition, aim)
                parts.append(f"{name}: {self._written(definition.type, value)}")
                said += places_
        asked.said = (*said, *(["after"] if asked.after else []))
        asked.arguments = f"({', '.join(parts)})" if parts else ""

    def _after(self, asked: Asked) -> list[str]:
        if asked.after or (self.random.random() < 0.5 and len(self._declared) > 6):
            return []
        asked.after = self._variable("String", self.values.cursor())
        return [f"after: ${asked.after}"]

    def _written(self, type_: Any, value: Any) -> str:
        if self.random.random() < 0.5 and "[" not in str(opened(type_)):
            literal = value_to_literal(value, type_)
            if literal is not None:
                return print_ast(literal)
        return f"${self._variable(str(type_), value)}"

    def _variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self._declared)}"
        self._declared[name], self.variables[name] = type_, value
        return name


def _told(asked: list[Asked], parent: str) -> Iterator[str]:
    for each in asked:
        key = "" if each.key == each.name else f"{each.key}: "
        below = f" {{ {' '.join(_told(each.below, _type_below(each)))} }}" if each.below else ""
        text = f"{key}{each.name}{each.arguments}{below}"
        strange = each.on and each.on != parent
        yield f"... on {each.on} {{ {text} }}" if strange else text


def _type_below(asked: Asked) -> str:
    return str(get_named_type(field_of(asked.on, asked.name).type)) if asked.on else ""


__all__ = ["Asked", "Draft", "places"]
