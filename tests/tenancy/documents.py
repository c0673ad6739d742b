"""Documents made from the contract: every argument that takes an id, of root fields and of those below, so that a new
field is attacked without a line here."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from schema.contract import contract

SCHEMA = contract._schema
_SCALARS: dict[str, Any] = {
    "String": "x",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "Date": "2025-06-15",
    "DateTime": "2025-06-15T09:00:00Z",
    "Decimal": "1.00",
    "JSON": {},
}
_FITTING: Mapping[str, Mapping[str, Any]] = {
    "startExport.input.filter.workspaceIds": {"kind": "CASES"},
    "createWebhook.input.applicationId": {"url": "https://hooks.example/"},
}
"""What the input must say too, or the id would be refused unread: only some exports are narrowed by workspaces, and a
webhook is called by https."""


@dataclass(frozen=True)
class Attack:
    """A field asked with a strange id in one place: `path` are the fields that lead to it, itself the last, and
    `place` is the path of that place in the variables."""

    root: str
    path: tuple[str, ...]
    place: tuple[str, ...]
    many: bool

    def __str__(self) -> str:
        return ".".join((*self.path, *self.place))

    @property
    def document(self) -> str:
        field = _field(self)
        declared = ", ".join(f"${name}: {argument.type}" for name, argument in self._arguments(field))
        passed = ", ".join(f"{name}: ${name}" for name, _ in self._arguments(field))
        asked = f"{' { '.join(self.path)}({passed}) {_selection(field)}"
        return f"{self.root}({declared}) {{ {asked} {'}' * len(self.path)}"

    def variables(self, id: str) -> dict[str, Any]:
        """The variables with `id` in its place; every other id that is needed is the same one."""
        filled = {name: _value(argument.type, id) for name, argument in self._arguments(_field(self))}
        inner = filled
        for name in self.place[:-1]:
            inner = inner.setdefault(name, {})
        inner[self.place[-1]] = [id] if self.many else id
        filled.get("input", {}).update(_FITTING.get(str(self), {}))
        return filled

    def _arguments(self, field: GraphQLField) -> list[tuple[str, GraphQLArgument]]:
        return [
            (name, argument)
            for name, argument in field.args.items()
            if name == self.place[0] or isinstance(argument.type, GraphQLNonNull)
        ]


def attacks(root: str) -> Iterator[Attack]:
    """Every place of the root's arguments and inputs that takes an id, or several."""
    for path, type_ in _ways(root):
        for name, field in type_.fields.items():
            for argument, definition in field.args.items():
                for place, found in _ids(definition.type):
                    yield Attack(root, (*path, name), (argument, *place), isinstance(_open(found), GraphQLList))


def takers() -> set[tuple[str, str]]:
    """Every field of the contract that takes an id, by the type that has it."""
    return {
        (type_.name, name)
        for type_ in SCHEMA.type_map.values()
        if is_object_type(type_) or is_interface_type(type_)
        for name, field in type_.fields.items()
        if any(list(_ids(argument.type)) for argument in field.args.values())
    }


def taker(attack: Attack) -> tuple[str, str]:
    """The field that an attack is about, as `takers` names it."""
    return _owner(attack).name, attack.path[-1]


def _ways(root: str) -> Iterator[tuple[tuple[str, ...], GraphQLObjectType]]:
    """The root, and below that of queries every type with the shortest way to it that needs no argument. What a
    mutation answers with is of the same types."""
    ways: dict[GraphQLObjectType, tuple[str, ...]] = {_root(root): ()}
    waiting = deque(ways)
    while waiting:
        type_ = waiting.popleft()
        yield ways[type_], type_
        for name, field in type_.fields.items() if root == "query" else ():
            below = get_named_type(field.type)
            if is_object_type(below) and below not in ways and not any(map(is_required_argument, field.args.values())):
                ways[below] = (*ways[type_], name)
                waiting.append(below)


def _root(root: str) -> GraphQLObjectType:
    roots = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type, "subscription": SCHEMA.subscription_type}
    found = roots[root]
    assert found is not None
    return found


def _field(attack: Attack) -> GraphQLField:
    found: GraphQLField = _owner(attack).fields[attack.path[-1]]
    return found


def _owner(attack: Attack) -> GraphQLObjectType:
    type_ = _root(attack.root)
    for name in attack.path[:-1]:
        type_ = get_named_type(type_.fields[name].type)
    return type_


def _open(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _ids(type_: GraphQLInputType) -> Iterator[tuple[tuple[str, ...], GraphQLInputType]]:
    named = get_named_type(type_)
    if named.name == "ID":
        yield (), type_
    elif isinstance(named, GraphQLInputObjectType) and not isinstance(_open(type_), GraphQLList):
        for name, field in named.fields.items():
            for place, found in _ids(field.type):
                yield (name, *place), found


def _value(type_: GraphQLInputType, id: str) -> Any:
    """Something of this type, with nothing in it that could be left out."""
    opened, named = _open(type_), get_named_type(type_)
    if isinstance(opened, GraphQLList):
        return [_value(opened.of_type, id)]
    if isinstance(named, GraphQLInputObjectType):
        return {
            name: _value(field.type, id)
            for name, field in named.fields.items()
            if isinstance(field.type, GraphQLNonNull)
        }
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return id if named.name == "ID" else _SCALARS[named.name]


def _selection(field: GraphQLField) -> str:
    named = get_named_type(field.type)
    if is_leaf_type(named):
        return ""
    assert is_object_type(named) or is_interface_type(named)
    wanted = [name for name in ("id", "totalCount", "nodes", "userErrors", "asOf") if name in named.fields]
    told = {"nodes": f"nodes {{ {_name_of_a_node(named)} }}", "userErrors": "userErrors { code field }"}
    return "{ __typename " + " ".join(told.get(name, name) for name in wanted) + " }"


def _name_of_a_node(connection: Any) -> str:
    nodes = connection.fields.get("nodes")
    return "id" if nodes and "id" in get_named_type(nodes.type).fields else "__typename"
