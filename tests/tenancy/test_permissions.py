"""The permission table's own promises; the table itself is reviewed as a text."""

import pytest

from tenancy.permissions import GRANTS, Action, allows, granting
from tenancy.words import PARTNER_ROLES, AccountType, Role

NOBODYS = {Role.PARTNER_HELPDESK_AGENT}
"""Opens nothing by itself."""


@pytest.mark.parametrize("action", Action)
def test_every_action_is_opened_by_some_role(action: Action) -> None:
    assert GRANTS[action]


def test_no_role_is_without_meaning() -> None:
    used = frozenset().union(*GRANTS.values())
    assert frozenset(Role) - used <= NOBODYS | {Role.SERVICES_ADMIN}


def openers(account: AccountType, action: Action) -> set[Role]:
    return {role for role in Role if allows(account, frozenset({role}), action)}


@pytest.mark.parametrize("account", AccountType)
@pytest.mark.parametrize("action", Action)
def test_what_an_explanation_names_is_what_opens(account: AccountType, action: Action) -> None:
    everything = frozenset(Role)
    assert bool(granting(account, everything, action)) is allows(account, everything, action)
    for role in Role:
        assert granting(account, frozenset({role}), action) == ({role} if role in openers(account, action) else set())
    assert granting(account, everything, action) == openers(account, action)


@pytest.mark.parametrize("action", Action)
def test_a_personal_account_never_acts_for_a_partner_and_an_application_reads_insights_and_looks_after_its_webhooks(
    action: Action,
) -> None:
    """D-30, and decision 0015: where its answers are sent is not said by an application."""
    assert not allows(AccountType.PERSONAL, PARTNER_ROLES, action)
    own = action in (Action.READ_INSIGHTS, Action.USE_WEBHOOKS)
    assert allows(AccountType.APPLICATION, frozenset(Role), action) is own
