"""The closed set of things this house says no with.

    Refusal                     carries a `Code`, and at most field, rule and details
    |- NotFound                 unknown or not visible: the two look the same (D-31)
    |- Forbidden                visible, but a role is missing
    |- BadInput                 shape or range wrong; `field` tells where
    |- Unauthenticated          no token, or any check of it failed
    |- AccountTypeNotAllowed    a personal account where none are admitted
    |- Unavailable              come back later: nothing was done, or nobody knows
    |- RateLimited              come back in `seconds`: too much was asked in too short a time
    `- BusinessRefusal          a rule of the business; data on mutations (`userErrors`)

Every message is a constant of its code, so no refusal can carry a value of somebody else's row.
Anything that is raised and is no Refusal is a surprise: it is logged and masked as `INTERNAL`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any, ClassVar, Final


class Kind(StrEnum):
    """Where a code travels: as `errors[]` of the answer, or as `userErrors` of a mutation's payload."""

    ACCESS = "ACCESS"
    TECHNICAL = "TECHNICAL"
    BUSINESS = "BUSINESS"


@dataclass(frozen=True)
class Meaning:
    """What a code says to the client, and what the client can do next."""

    kind: Kind
    message: str
    next_step: str


def _access(message: str, next_step: str) -> Meaning:
    return Meaning(Kind.ACCESS, message, next_step)


def _technical(message: str, next_step: str) -> Meaning:
    return Meaning(Kind.TECHNICAL, message, next_step)


def _business(message: str, next_step: str) -> Meaning:
    return Meaning(Kind.BUSINESS, message, next_step)


CODES: Final[Mapping[str, Meaning]] = {
    "UNAUTHENTICATED": _access("The request carries no valid access token.", "Sign in again."),
    "FORBIDDEN": _access("Your roles do not allow this.", "Ask an administrator for the role."),
    "NOT_FOUND": _access("There is no such thing, or it is not visible to you.", "Check the id."),
    "ACCOUNT_TYPE_NOT_ALLOWED": _access(
        "Personal accounts are not admitted to this workspace.", "Sign in with a work or school account."
    ),
    "BAD_USER_INPUT": _access("An argument is malformed or out of range.", "Correct the named field."),
    "BAD_REQUEST": _technical("The request is not a GraphQL request.", "Send one JSON object with a query."),
    "GRAPHQL_PARSE_FAILED": _technical("The document is not GraphQL.", "Correct the document."),
    "GRAPHQL_VALIDATION_FAILED": _technical(
        "The document does not fit the schema.", "Compare the document with the schema."
    ),
    "QUERY_TOO_COMPLEX": _technical("The document is deeper or dearer than allowed.", "Ask for less at once."),
    "RATE_LIMITED": _technical("Too much was asked in too short a time.", "Wait, then try again."),
    "UNAVAILABLE": _technical("The service cannot answer now.", "Try again with the same idempotency key."),
    "DEADLINE_EXCEEDED": _technical("The answer took too long.", "Ask for less at once."),
    "INTERNAL": _technical("Something went wrong on our side.", "Report the error id."),
    "IDEMPOTENCY_KEY_REUSED": _technical(
        "This idempotency key was used with another input.", "Use a fresh key for another input."
    ),
    "IDEMPOTENCY_IN_PROGRESS": _technical("The first call with this key still runs.", "Repeat the call shortly."),
    "PREMIER_PERSONAL_LOCKED": _business(
        "A Premier agreement admits personal accounts; this cannot be switched off.",
        "Nothing can be changed here.",
    ),
    "CONFLICT": _business("Somebody else was first, or the name is taken.", "Read the object again, then retry."),
    "INVITATION_INVALID": _business("This invitation is unknown or was revoked.", "Ask for a new invitation."),
    "INVITATION_USED": _business("This invitation was already redeemed.", "Sign in with the account that redeemed it."),
    "INVITATION_EXPIRED": _business("This invitation has expired.", "Ask for a new invitation."),
    "ALREADY_MEMBER": _business("The user is a member of that workspace.", "Nothing needs to be done."),
    "SUPPORT_CONTACT_LIMIT": _business(
        "The agreement's number of support contacts is reached.", "Remove a support contact first."
    ),
    "AGREEMENT_NOT_IN_FORCE": _business(
        "The agreement is not activated, or today is outside its dates.", "Choose an agreement in force."
    ),
    "ALREADY_ACTIVATED": _business("The agreement was activated before.", "Nothing needs to be done."),
    "ADD_ON_NEEDS_ONE_AGREEMENT": _business(
        "Add-on packages are shown for exactly one agreement.", "Choose one agreement."
    ),
    "ENTITLEMENT_STATE": _business(
        "The entitlement's state does not allow this.", "See the entitlement's state and its life cycle."
    ),
    "ENTITLEMENT_NOT_ACTIVE": _business("The entitlement is not active.", "Choose an active entitlement."),
    "ENTITLEMENT_NOT_APPLICABLE": _business(
        "The entitlement does not cover this customer, product, contact or channel.",
        "Choose another entitlement.",
    ),
    "ENTITLEMENT_EXHAUSTED": _business("No terms are left on the entitlement.", "Choose another entitlement."),
    "NOT_CONSUMABLE": _business(
        "Nothing is recorded against an additional benefit.", "Choose a consumable entitlement."
    ),
    "PRODUCT_NOT_SELECTABLE": _business(
        "A product family, a draft product or a draft bundle cannot be chosen.", "Choose another product."
    ),
    "CASE_NOT_ACTIVE": _business("The case is not active.", "Reactivate the case first."),
    "CASE_STATE": _business("The case's state does not allow this.", "See the case's state."),
    "OPEN_ACTIVITIES": _business("Activities of the case are still open.", "Close them, or confirm their cancelling."),
    "ACTIVE_CHILDREN": _business("Child cases are still active.", "Close the child cases first."),
    "CHILD_OF_CHILD": _business("A child case cannot have children.", "Choose a case without a parent."),
    "PARENT_AS_CHILD": _business("A case with children cannot become a child.", "Choose a case without children."),
    "CHILD_LIMIT": _business("The parent has as many children as are allowed.", "Choose another parent."),
    "MERGE_SIZE": _business("Two to ten cases can be merged at a time.", "Choose two to ten cases."),
    "MERGE_DIFFERENT_PARENTS": _business(
        "Cases under different parents cannot be merged.",
        "Choose cases under one parent, or without parents.",
    ),
    "MERGE_TARGET": _business("The surviving case was itself merged away.", "Name another surviving case."),
    "GROUP_SHARE_EXISTS": _business("The case is shared with a group already.", "Take that share back first."),
    "NOT_QUEUE_MEMBER": _business("The queue is private and the user is no member.", "Ask the queue's owner."),
    "QUEUE_ITEM_TAKEN": _business("Somebody works on this item already.", "Choose another item."),
    "NO_ACTIVE_RULE_SET": _business("There is no active routing rule set.", "Activate a routing rule set."),
    "RULE_SET_ACTIVE": _business("An active routing rule set cannot be changed.", "Change a draft instead."),
    "PRODUCT_NOT_COVERED": _business(
        "Insights exist for Office 365 and Dynamics 365 only.", "Ask for one of these services."
    ),
    "NO_PARTNER_RELATIONSHIP": _business(
        "Your organisation has no such relationship with this customer.",
        "Ask the customer for a relationship.",
    ),
}
"""Every code the API can answer with: its fixed message and the advice that goes with it."""


class Refusal(Exception):
    """A deliberate no. `code` is a key of `CODES` and part of the API; `rule` is a requirement id."""

    default: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        code: str | None = None,
        *,
        field: str | None = None,
        rule: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code or self.default
        self.field, self.rule, self.details = field, rule, details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return CODES[self.code].message

    @property
    def kind(self) -> Kind:
        return CODES[self.code].kind

    @property
    def extensions(self) -> dict[str, Any]:
        """What travels as `errors[].extensions` (domain 5.1): code, then field, rule and details where known."""
        field = None if self.field is None else camel(self.field)
        parts = {"code": self.code, "field": field, "rule": self.rule, "details": self.details}
        return {key: value for key, value in parts.items() if value is not None}


class NotFound(Refusal):
    default = "NOT_FOUND"


class Forbidden(Refusal):
    default = "FORBIDDEN"


class BadInput(Refusal):
    default = "BAD_USER_INPUT"


class Unauthenticated(Refusal):
    default = "UNAUTHENTICATED"


class AccountTypeNotAllowed(Refusal):
    default = "ACCOUNT_TYPE_NOT_ALLOWED"


class Unavailable(Refusal):
    default = "UNAVAILABLE"


class RateLimited(Refusal):
    """`policy` is the name of the rate that was exceeded, `seconds` the time until the same could be done."""

    default = "RATE_LIMITED"

    def __init__(self, policy: str, seconds: float) -> None:
        self.policy, self.seconds = policy, max(1, ceil(seconds))
        super().__init__(details={"policy": policy, "retryAfter": self.seconds})


class BusinessRefusal(Refusal):
    """A rule of the business was not met. On mutations it becomes a `userErrors` entry; on queries an error."""

    default = "CONFLICT"


def camel(name: str) -> str:
    """A field's name as clients spell it: `customer_id` is `customerId`; anything else stays as it is."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
