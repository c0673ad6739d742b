"""The plans of one operation: one for each combination of the variables that @skip and @include ask for."""

from collections import OrderedDict
from typing import Any

from graphql import (
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.values import VariableValues

from schema.execution.compiler import Operation, Unsupported, compile_operation
from schema.execution.plan import Place

INCREMENTAL = frozenset({"defer", "stream"})
KEPT = 32
"""Combinations kept per operation."""


class Variants:
    """Compiles on demand; a combination is compiled once, then kept while it is in use."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        if any(fragment.variable_signatures for fragment in operation.fragments.values()):
            raise Unsupported("Fragments with variables.")
        selections = [operation.node.selection_set]
        selections += [fragment.definition.selection_set for fragment in operation.fragments.values()]
        self._conditions = sorted(_conditions(selections))
        self._plans: OrderedDict[tuple[Any, ...], Place] = OrderedDict()

    def made_of(self, schema: GraphQLSchema, node: OperationDefinitionNode) -> bool:
        """Whether these very objects were compiled."""
        return self.operation.schema is schema and self.operation.node is node

    @property
    def newest(self) -> Place | None:
        """The plan that was compiled last."""
        return next(reversed(self._plans.values()), None)

    def plan(self, variables: VariableValues) -> Place:
        """The plan for these values of the variables; raises Unsupported and GraphQLError as the compiler."""
        key = tuple([variables.coerced.get(name) for name in self._conditions])
        plan = self._plans.get(key)
        if plan is not None:
            return plan
        if not all(isinstance(value, bool) for value in key):
            raise Unsupported("A condition that is neither true nor false.")
        try:
            plan = self._plans[key] = compile_operation(self.operation, variables)
        except RecursionError:
            raise Unsupported("Nested too deeply.") from None
        if len(self._plans) > KEPT:
            self._plans.popitem(last=False)
        return plan


def _conditions(selection_sets: list[SelectionSetNode]) -> set[str]:
    """Names of the variables in @skip and @include."""
    names = set()
    waiting = list(selection_sets)
    while waiting:
        for selection in waiting.pop().selections:
            for directive in selection.directives or ():
                if directive.name.value in INCREMENTAL:
                    raise Unsupported(f"@{directive.name.value}")
                values = [argument.value for argument in directive.arguments or ()]
                names |= {value.name.value for value in values if isinstance(value, VariableNode)}
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)
    return names
