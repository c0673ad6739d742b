"""What a document costs: rows and nodes that it may touch, as a formula in its page sizes.

A field with fields below it costs `1 + page x what is below`; a column costs nothing, any other leaf 1. `first` or
`last` tell the page; without them the field's default counts, and where nobody knows, the largest page. A list
without pages counts as `Limits.list_size` items, but inside a connection as one, since the connection has counted.
Metadata on a Strawberry field, {"page": n} or {"cost": n}, knows better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.execution.bindings import source_of, strawberry_field
from schema.execution.limits import INTROSPECTION, SATURATED, Limits
from schema.execution.plan import Source

PAGE_ARGUMENTS = ("first", "last")

KEPT = 64
"""Combinations of page sizes whose cost is kept, for each operation."""


@dataclass(frozen=True, slots=True)
class PageVariable:
    """A page size that a variable brings; `absent` counts when it does not."""

    name: str
    absent: int
    largest: int

    def size(self, variables: Mapping[str, Any]) -> int:
        value = variables.get(self.name, self.absent)
        if isinstance(value, int) and not isinstance(value, bool):
            return min(max(value, 1), SATURATED)
        return self.largest


Factor = int | PageVariable
Terms = list[tuple[int, list[tuple[Factor, int]]]]
"""Per selection set: its own cost, and (factor, index of an earlier selection set) for what is below."""


class Formula:
    """The cost of one operation; evaluating takes one step per selection set of the document."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        factors = [factor for _, below in terms for factor, _ in below]
        self._pages = tuple(dict.fromkeys(factor for factor in factors if isinstance(factor, PageVariable)))
        self._known: dict[tuple[int, ...], int] = {}
        self.constant = None if self._pages else self._evaluate({})

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost for these raw variables, at most a billion."""
        if self.constant is not None:
            return self.constant
        sizes = tuple([page.size(variables) for page in self._pages])
        if sizes not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[sizes] = self._evaluate(variables)
        return self._known[sizes]

    def _evaluate(self, variables: Mapping[str, Any]) -> int:
        costs: list[int] = []
        for own, below in self._terms:
            total = own
            for factor, index in below:
                total += costs[index] * (factor if isinstance(factor, int) else factor.size(variables))
            costs.append(min(total, SATURATED))
        return costs[-1]


def formula_of(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: Limits,
) -> Formula:
    """The formula of a validated operation."""
    pricing = _Pricing(schema, operation, fragments, limits)
    pricing.price(operation.selection_set, schema.get_root_type(operation.operation))
    return Formula(pricing.terms)


def weight_of(schema: GraphQLSchema, node: FieldNode, definition: GraphQLField | None) -> int:
    """What a field costs for one parent, without what is below it."""
    field = strawberry_field(definition) if definition else None
    if field is not None and "cost" in field.metadata:
        return int(field.metadata["cost"])
    if node.selection_set or definition is None:
        return int(node.name.value != "__typename")
    return int(source_of(schema, definition) is not Source.COLUMN)


class _Pricing:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        limits: Limits,
    ) -> None:
        self.terms: Terms = []
        self._schema = schema
        self._fragments = fragments
        self._limits = limits
        self._known: dict[str, int] = {}
        self._defaults = {
            each.variable.name.value: _integer(each.default_value)
            for each in operation.variable_definitions or ()
            if isinstance(each.default_value, IntValueNode)
        }

    def price(self, selections: SelectionSetNode, parent: Any) -> int:
        """The index of the selection set's term."""
        own = 0
        below: list[tuple[Factor, int]] = []
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                below.append((1, self._fragment(node.name.value)))
            elif isinstance(node, InlineFragmentNode):
                below.append((1, self.price(node.selection_set, self._narrowed(node, parent))))
            elif isinstance(node, FieldNode):
                definition = _definition(parent, node.name.value)
                own += weight_of(self._schema, node, definition)
                if node.selection_set and node.name.value not in INTROSPECTION:
                    type_ = get_named_type(definition.type) if definition else None
                    below.append((self._factor(node, definition, parent), self.price(node.selection_set, type_)))
        self.terms.append((own, below))
        return len(self.terms) - 1

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            fragment = self._fragments[name]
            type_ = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name] = self.price(fragment.selection_set, type_)
        return self._known[name]

    def _narrowed(self, node: InlineFragmentNode, parent: Any) -> Any:
        condition = node.type_condition
        return self._schema.get_type(condition.name.value) if condition else parent

    def _factor(self, node: FieldNode, definition: GraphQLField | None, parent: Any) -> Factor:
        given = {each.name.value: each.value for each in node.arguments or () if each.name.value in PAGE_ARGUMENTS}
        default = self._default(definition)
        if given:
            (value, *others) = given.values()
            return self._limits.largest_page if others else self._given(value, default)
        if definition is None or any(name in definition.args for name in PAGE_ARGUMENTS):
            return default
        return self._list_size(definition, parent)

    def _given(self, value: Any, default: int) -> Factor:
        if isinstance(value, IntValueNode):
            return max(_integer(value), 1)
        if isinstance(value, VariableNode):
            name = value.name.value
            return PageVariable(name, self._defaults.get(name, default), self._limits.largest_page)
        return self._limits.largest_page

    def _default(self, definition: GraphQLField | None) -> int:
        for name in PAGE_ARGUMENTS:
            argument = definition.args.get(name) if definition else None
            if argument is not None and isinstance(argument.default_value, int):
                return argument.default_value
        return self._limits.page

    def _list_size(self, definition: GraphQLField, parent: Any) -> int:
        field = strawberry_field(definition)
        if field is not None and "page" in field.metadata:
            return int(field.metadata["page"])
        if not is_list_type(get_nullable_type(definition.type)) or "pageInfo" in getattr(parent, "fields", ()):
            return 1
        return self._limits.list_size


def _integer(node: IntValueNode) -> int:
    return min(int(node.value), SATURATED) if len(node.value) < len(str(SATURATED)) else SATURATED


def _definition(parent: Any, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        field: GraphQLField | None = parent.fields.get(name)
        return field
    return None
