"""Words about routing rules."""

from resolvers.routing_conditions import CaseField
from resolvers.rules.conditions import Operator
from schema.words.described import described

described(
    CaseField,
    "What a condition asks about a case. Those that name something are compared with its global id.",
    PRIORITY="How urgent it is.",
    ORIGIN="The channel through which it began.",
    CASE_TYPE="Question, problem or request.",
    SUPPORT_KIND="Which kind of support it asks for.",
    CLASSIFICATION="The classification that makes it an additional case.",
    STATE="Whether it is being worked on.",
    STATUS="The reason within the state.",
    STAGE="The stage of its process.",
    SLA_SOURCE="Where its SLA comes from.",
    TITLE="What it is about.",
    CUSTOMER_ID="Whom it is for.",
    CONTACT_ID="The contact.",
    SUBJECT_ID="Its topic.",
    PRODUCT_ID="The product.",
    WORKSPACE_ID="Its workspace.",
    ENTITLEMENT_ID="The right that it charges.",
    AGREEMENT_ID="The agreement that it is tied to.",
    PACKAGE_ID="The package that it is tied to.",
    OWNER_ID="Who works on it.",
    IS_ESCALATED="Whether it was escalated: true or false.",
    FIRST_RESPONSE_SENT="Whether the customer was answered: true or false.",
)
described(
    Operator,
    "How a field is compared; letters in any case. A field without a value equals and contains nothing.",
    EQ="Equal to the one value.",
    NE="Not equal to the one value.",
    IN="Equal to one of the values.",
    NOT_IN="Equal to none of the values.",
    CONTAINS="Contains the one value; for TITLE and the like.",
    IS_SET="Has a value, or none: true or false.",
)

__all__ = ["CaseField", "Operator"]
