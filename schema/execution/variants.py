"""The plans of one operation: one for each combination of the variables that @skip and @include ask for."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues

from schema.execution.compiler import Operation, Unsupported, compile_operation
from schema.execution.plan import Place

KEPT = 32
"""Combinations kept per operation."""


class Variants:
    """Compiles on demand; a combination is compiled once, then kept while it is in use."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        if any(fragment.variable_signatures for fragment in operation.fragments.values()):
            raise Unsupported("Fragments with variables.")
        conditions = set(_conditions(operation.node.selection_set))
        for fragment in operation.fragments.values():
            conditions |= set(_conditions(fragment.definition.selection_set))
        self._conditions = sorted(conditions)
        self._plans: OrderedDict[tuple[Any, ...], Place] = OrderedDict()

    def made_of(self, schema: GraphQLSchema, node: OperationDefinitionNode) -> bool:
        """Whether these very objects were compiled."""
        return self.operation.schema is schema and self.operation.node is node

    def plan(self, variables: VariableValues) -> Place:
        """The plan for these values of the variables; raises Unsupported and GraphQLError as the compiler."""
        key = tuple([variables.coerced.get(name) for name in self._conditions])
        plan = self._plans.get(key)
        if plan is not None:
            return plan
        if not all(isinstance(value, bool) for value in key):
            raise Unsupported("A condition that is neither true nor false.")
        plan = self._plans[key] = compile_operation(self.operation, variables)
        if len(self._plans) > KEPT:
            self._plans.popitem(last=False)
        return plan


def _conditions(selections: SelectionSetNode | None) -> Iterator[str]:
    for selection in selections.selections if selections else ():
        for directive in selection.directives or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
        if isinstance(selection, FieldNode | InlineFragmentNode):
            yield from _conditions(selection.selection_set)
        else:
            assert isinstance(selection, FragmentSpreadNode)
