"""The closed list of codes: what raises each, what it says, and what to do next (domain 5.2, security 2.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Where a code travels: as `errors[]` of the answer, or as `userErrors` of a mutation's payload."""

    ACCESS = "ACCESS"
    TECHNICAL = "TECHNICAL"
    BUSINESS = "BUSINESS"


@dataclass(frozen=True)
class Meaning:
    """What a code says to the client, and what the client can do next; `rule` names what raises it."""

    kind: Kind
    rule: str
    message: str
    next_step: str


def _access(rule: str, message: str, next_step: str) -> Meaning:
    return Meaning(Kind.ACCESS, rule, message, next_step)


def _technical(rule: str, message: str, next_step: str) -> Meaning:
    return Meaning(Kind.TECHNICAL, rule, message, next_step)


def _business(rule: str, message: str, next_step: str) -> Meaning:
    return Meaning(Kind.BUSINESS, rule, message, next_step)


CODES: Final[Mapping[str, Meaning]] = {
    "UNAUTHENTICATED": _access("3.2", "The request carries no valid access token.", "Sign in again."),
    "FORBIDDEN": _access("5.6, D-31", "Your roles do not allow this.", "Ask an administrator for the role."),
    "NOT_FOUND": _access("D-31", "There is no such thing, or it is not visible to you.", "Check the id."),
    "ACCOUNT_TYPE_NOT_ALLOWED": _access(
        "WS-20..23, 3.4",
        "Personal accounts are not admitted to this workspace.",
        "Sign in with a work or school account.",
    ),
    "BAD_USER_INPUT": _access("5.1", "An argument is malformed or out of range.", "Correct the named field."),
    "BAD_REQUEST": _technical(
        "the GraphQL over HTTP draft", "The request is not a GraphQL request.", "Send one JSON object with a query."
    ),
    "GRAPHQL_PARSE_FAILED": _technical(
        "the GraphQL specification", "The document is not GraphQL.", "Correct the document."
    ),
    "GRAPHQL_VALIDATION_FAILED": _technical(
        "the GraphQL specification", "The document does not fit the schema.", "Compare the document with the schema."
    ),
    "QUERY_TOO_COMPLEX": _technical("5.1", "The document is deeper or dearer than allowed.", "Ask for less at once."),
    "RATE_LIMITED": _technical("F-17", "Too much was asked in too short a time.", "Wait, then try again."),
    "UNAVAILABLE": _technical(
        "F-01..F-16", "The service cannot answer now.", "Try again with the same idempotency key."
    ),
    "DEADLINE_EXCEEDED": _technical("F-04, F-08", "The answer took too long.", "Ask for less at once."),
    "INTERNAL": _technical("nothing but a fault of ours", "Something went wrong on our side.", "Report the error id."),
    "IDEMPOTENCY_KEY_REUSED": _technical(
        "C-06", "This idempotency key was used with another input.", "Use a fresh key for another input."
    ),
    "IDEMPOTENCY_IN_PROGRESS": _technical(
        "C-05", "The first call with this key still runs.", "Repeat the call shortly."
    ),
    "PREMIER_PERSONAL_LOCKED": _business(
        "WS-22..24, D-2",
        "A Premier agreement admits personal accounts; this cannot be switched off.",
        "Nothing can be changed here.",
    ),
    "CONFLICT": _business(
        "C-08, 5.1", "Somebody else was first, or the name is taken.", "Read the object again, then retry."
    ),
    "INVITATION_INVALID": _business(
        "WS-20, I-4", "This invitation is unknown or was revoked.", "Ask for a new invitation."
    ),
    "INVITATION_USED": _business(
        "WS-20, I-4", "This invitation was already redeemed.", "Sign in with the account that redeemed it."
    ),
    "INVITATION_EXPIRED": _business("D-20", "This invitation has expired.", "Ask for a new invitation."),
    "ALREADY_MEMBER": _business("WS-20", "The user is a member of that workspace.", "Nothing needs to be done."),
    "SUPPORT_CONTACT_LIMIT": _business(
        "WS-12, D-35", "The agreement's number of support contacts is reached.", "Remove a support contact first."
    ),
    "AGREEMENT_NOT_IN_FORCE": _business(
        "CA-17, WS-10, WS-15",
        "The agreement is not activated, or today is outside its dates.",
        "Choose an agreement in force.",
    ),
    "ALREADY_ACTIVATED": _business("WS-10, I-2", "The agreement was activated before.", "Nothing needs to be done."),
    "ADD_ON_NEEDS_ONE_AGREEMENT": _business(
        "CA-20", "Add-on packages are shown for exactly one agreement.", "Choose one agreement."
    ),
    "ENTITLEMENT_STATE": _business(
        "AE-68, D-36", "The entitlement's state does not allow this.", "See the entitlement's state and its life cycle."
    ),
    "ENTITLEMENT_NOT_ACTIVE": _business(
        "CS-31, I-16", "The entitlement is not active.", "Choose an active entitlement."
    ),
    "ENTITLEMENT_NOT_APPLICABLE": _business(
        "AE-64, AE-65, D-13",
        "The entitlement does not cover this customer, product, contact or channel.",
        "Choose another entitlement.",
    ),
    "ENTITLEMENT_EXHAUSTED": _business(
        "D-12, I-9", "No terms are left on the entitlement.", "Choose another entitlement."
    ),
    "NOT_CONSUMABLE": _business(
        "CA-26, I-11", "Nothing is recorded against an additional benefit.", "Choose a consumable entitlement."
    ),
    "PRODUCT_NOT_SELECTABLE": _business(
        "CS-28..30, D-41",
        "A product family, a draft product or a draft bundle cannot be chosen.",
        "Choose another product.",
    ),
    "CASE_NOT_ACTIVE": _business("D-15, AE-88", "The case is not active.", "Reactivate the case first."),
    "CASE_STATE": _business("AE-80, 2.2", "The case's state does not allow this.", "See the case's state."),
    "OPEN_ACTIVITIES": _business(
        "AE-83, D-33", "Activities of the case are still open.", "Close them, or confirm their cancelling."
    ),
    "ACTIVE_CHILDREN": _business("2.6, D-33", "Child cases are still active.", "Close the child cases first."),
    "CHILD_OF_CHILD": _business("I-12, AE-82", "A child case cannot have children.", "Choose a case without a parent."),
    "PARENT_AS_CHILD": _business(
        "I-12, AE-82", "A case with children cannot become a child.", "Choose a case without children."
    ),
    "CHILD_LIMIT": _business(
        "I-12, AE-82", "The parent has as many children as are allowed.", "Choose another parent."
    ),
    "MERGE_SIZE": _business("D-18, AE-79", "Two to ten cases can be merged at a time.", "Choose two to ten cases."),
    "MERGE_DIFFERENT_PARENTS": _business(
        "D-18, AE-80",
        "Cases under different parents cannot be merged.",
        "Choose cases under one parent, or without parents.",
    ),
    "MERGE_TARGET": _business("D-18", "The surviving case was itself merged away.", "Name another surviving case."),
    "GROUP_SHARE_EXISTS": _business(
        "CA-12, I-15", "The case is shared with a group already.", "Take that share back first."
    ),
    "NOT_QUEUE_MEMBER": _business("2.5", "The queue is private and the user is no member.", "Ask the queue's owner."),
    "QUEUE_ITEM_TAKEN": _business("2.5, C-13", "Somebody works on this item already.", "Choose another item."),
    "NO_ACTIVE_RULE_SET": _business(
        "CS-10, AE-85", "There is no active routing rule set.", "Activate a routing rule set."
    ),
    "RULE_SET_ACTIVE": _business("2.5", "An active routing rule set cannot be changed.", "Change a draft instead."),
    "PRODUCT_NOT_COVERED": _business(
        "PC-1..2", "Insights exist for Office 365 and Dynamics 365 only.", "Ask for one of these services."
    ),
    "NO_PARTNER_RELATIONSHIP": _business(
        "PC-9, D-27",
        "Your organisation has no such relationship with this customer.",
        "Ask the customer for a relationship.",
    ),
}
"""Every code the API can answer with: what raises it, its fixed message, and the advice that goes with it.

`docs/errors.md` is this table for people; a test keeps the two the same."""
