"""Validation: graphql-core's rules and Strawberry's, the dear one on a shorter leash."""

from graphql import DocumentNode, GraphQLSchema, OverlappingFieldsCanBeMergedRule, specified_rules, validate
from graphql.validation import ValidationContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.execution.outcome import VALIDATION_FAILED, refusal

COMPARISONS = 2_500
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
    """Raises Refused with GRAPHQL_VALIDATION_FAILED and at most `shown` errors."""
    errors = validate(schema, document, RULES, shown, hide_suggestions=hide_suggestions)
    if errors:
        raise refusal(VALIDATION_FAILED, errors[:shown])
