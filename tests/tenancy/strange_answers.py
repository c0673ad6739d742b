"""What strange ids are answered with: NOT_FOUND (D-31), and every exception to it."""

from collections.abc import Mapping
from typing import Any, Final

from tests.tenancy.documents import Attack

ADMINISTRATOR: Final = "gil"
MANAGER: Final = "mo"
PARTNER: Final = "petra"
PARTNER_ADMINISTRATOR: Final = "pam"
ANSWERED: Final = "ANSWERED"
"""Stands for an answer without any error."""

_PARTNERS = frozenset(
    {
        "customerInsights.customerTenantId",
        "customerSubscriptions.customerTenantId",
        "adoptionAdvice.customerTenantId",
        "portfolioInsights.filter.customerTenantIds",
    }
)
_SAYS_NO = frozenset({"explainAccess.node", "viewer.can.workspaceId"})
_PARTNER_ADMINISTRATORS = frozenset(
    {
        "revokeApplication",
        "webhook",
        "webhookDeliveries",
        "createWebhook",
        "updateWebhook",
        "rotateWebhookSecret",
        "deleteWebhook",
        "sendTestDelivery",
        "redeliver",
    }
)
_ADMINISTRATORS = frozenset({"inviteUsers", "addEntraUsers", "grantRole", "revokeRole", "setPersonalAccounts"})

EXCEPTIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    # The question is whether something may be done: to what is not there, nothing may. The portfolio is what is left
    # of all customers, and a customer who is not the partner's leaves nothing of it (malformed or not).
    ANSWERED: {
        ADMINISTRATOR: _SAYS_NO,
        MANAGER: _SAYS_NO,
        PARTNER: frozenset({"portfolioInsights.filter.customerTenantIds"}),
    },
    # No relationship and no such customer are one answer, malformed or not (PC-7).
    "NO_PARTNER_RELATIONSHIP": {PARTNER: _PARTNERS - {"portfolioInsights.filter.customerTenantIds"}},
    # The role is missing, whatever the id: whoever has it is asked too, but for the last five. A partner's export of
    # strange customers is a job of nothing, which tests/gateway/exports/test_jobs.py holds.
    "FORBIDDEN": {
        ADMINISTRATOR: _PARTNERS,
        MANAGER: _PARTNERS
        | {
            "explainAccess.userId",
            "educationReport.workspaceIds",
            "customerActivity.workspaceIds",
            "customerActivityChanged.workspaceIds",
            "customerActivity.agreementIds",
            "customerActivity.addOn.agreementId",
            "customerActivity.addOn.packageIds",
            "customerActivity.additionalCases.cases.filter.workspaceId",
            "entitlements.nodes.drillDown.rows.filter.workspaceId",
            "activateAgreement.input.agreementId",
            "createWorkspace.input.packageIds",
            "setDefaultGroup.input.workspaceId",
            "requestDelegation.input.customerId",
            "startExport.input.filter.portfolio.customerTenantIds",
        },
    },
    # The input is wrong before any id is looked at: nobody is named to share with, or a case is merged with itself.
    "BAD_USER_INPUT": {MANAGER: frozenset({"shareCase.input.caseId", "unshareCase.input.caseId"})},
    "MERGE_SIZE": {MANAGER: frozenset({"mergeCases.input.targetId", "mergeCases.input.caseIds"})},
}
"""Code -> who is answered with it beside NOT_FOUND or in its place, where. One that is cured fails a test until its
line is gone; so this list only shrinks."""


def askers(attack: Attack) -> tuple[str, ...]:
    """Who makes an attack: someone who may use the field, if the id were not strange."""
    if attack.path[0] in _PARTNER_ADMINISTRATORS:
        return (PARTNER_ADMINISTRATOR,)
    if attack.root == "mutation":
        return (ADMINISTRATOR,) if attack.path[0] in _ADMINISTRATORS else (MANAGER,)
    return (ADMINISTRATOR, MANAGER, PARTNER) if str(attack) in _PARTNERS else (ADMINISTRATOR, MANAGER)


def expected(who: str, attack: Attack) -> set[str]:
    """The codes of an attack's answers, but for NOT_FOUND."""
    return {code for code, places in EXCEPTIONS.items() if str(attack) in places.get(who, ())}


def codes(attack: Attack, answer: Mapping[str, Any]) -> set[str]:
    """The codes of an answer, refusals of a command among them."""
    payload = (answer.get("data") or {}).get(attack.path[0])
    refused = payload.get("userErrors", []) if isinstance(payload, dict) else []
    found = {error["extensions"]["code"] for error in answer.get("errors", [])}
    return found | {error["code"] for error in refused} or {ANSWERED}
