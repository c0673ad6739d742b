"""Validation: graphql-core's rules and Strawberry's, in one short walk, the dear one on a shorter leash."""

from typing import Any, Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    TypeInfo,
    specified_rules,
)
from graphql.pyutils import RefMap
from graphql.validation import ValidationContext
from graphql.validation.validate import ValidationAbortedError
from graphql.validation.validation_context import NodeWithSelectionSet, VariableUsage, VariableUsageVisitor
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.execution.outcome import VALIDATION_FAILED, refusal
from schema.execution.walk import Walk

COMPARISONS: Final = 2_500
"""Of fields under the same response key. graphql-core allows a hundred times more, which takes seconds."""


class FewOverlapsRule(OverlappingFieldsCanBeMergedRule):
    """The rule of graphql-core with a smaller budget: a document has no use for hundreds of repeated fields."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = 2 * COMPARISONS  # one comparison costs two units


RULES = (
    *(rule if rule is not OverlappingFieldsCanBeMergedRule else FewOverlapsRule for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


def check_valid(schema: GraphQLSchema, document: DocumentNode, *, shown: int, hide_suggestions: bool) -> None:
    """Raises Refused with GRAPHQL_VALIDATION_FAILED and at most `shown` errors.

    How deep fragments nest must have been bounded before (`check_extent`).
    """
    errors: list[GraphQLError] = []

    def note(error: GraphQLError) -> None:
        errors.append(error)
        if len(errors) > shown:
            raise ValidationAbortedError("Validation aborted.")

    type_info = TypeInfo(schema)
    context = Context(schema, document, type_info, note, hide_suggestions)
    rules = [rule(context) for rule in RULES]
    try:
        Walk(type_info, rules).through(document)
    except (ValidationAbortedError, RecursionError):
        errors.append(GraphQLError("Validation aborted."))  # a new one: the other keeps the frames of the walk alive
    finally:
        _let_go(context, *rules)
    if errors:
        raise refusal(VALIDATION_FAILED, errors[:shown])


def _let_go(*used: object) -> None:
    """Each rule knows its own methods, and through its context the whole document. In a ring like this nothing dies
    until garbage is looked for, and after a hundred hostile documents that stops everybody for a fifth of a second."""
    for each in used:
        vars(each).clear()


class Context(ValidationContext):
    """Knows nodes by identity: graphql-core hashes them with all that is below them, again and again."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        by_identity: Any = RefMap
        self._fragment_spreads = by_identity()
        self._variable_usages = by_identity()
        self._recursive_variable_usages = by_identity()

    def get_variable_usages(self, node: NodeWithSelectionSet) -> list[VariableUsage]:
        """As graphql-core, without a walk through definitions in which no variable is written."""
        usages = self._variable_usages.get(node)
        if usages is None:
            fragment = node if isinstance(node, FragmentDefinitionNode) else None
            visitor = VariableUsageVisitor(self._type_info, fragment)
            if node.loc is None or "$" in node.loc.source.body[node.loc.start : node.loc.end]:
                Walk(self._type_info, [visitor]).through(node)
            usages = self._variable_usages[node] = visitor.usages
            _let_go(visitor)
        return usages
