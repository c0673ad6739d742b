from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from resolvers.rules.invitations import (
    Invitation,
    add_contacts,
    contact_limit,
    expires_at,
    invite,
    named_contacts,
    redeem,
    unusable,
)
from resolvers.rules.refused import Refused
from tenancy.account_types import admission
from tenancy.words import WORKSPACE_ROLES, AccountType, ContactKind, InvitationStatus, Role

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
PENDING = Invitation(InvitationStatus.PENDING, NOW + timedelta(days=1), frozenset({Role.SUPPORT_CONTACT}))
USED = Invitation(InvitationStatus.REDEEMED, NOW - timedelta(days=1), PENDING.roles)
REVOKED = Invitation(InvitationStatus.REVOKED, NOW - timedelta(days=1), PENDING.roles)
STALE = Invitation(InvitationStatus.PENDING, NOW, PENDING.roles)
WORK = admission(AccountType.WORK_SCHOOL, premier=False, unified=True, allow=False)
BARRED = admission(AccountType.PERSONAL, premier=False, unified=True, allow=False)


def code(decision: object) -> str:
    assert isinstance(decision, Refused)
    return decision.code


def test_ae_28_redeeming_gives_the_roles_and_the_membership() -> None:
    assert redeem(PENDING, NOW, WORK, is_member=False) == frozenset({Role.MEMBER, Role.SUPPORT_CONTACT})


@pytest.mark.parametrize(
    ("invitation", "expected"),
    [
        (None, "INVITATION_INVALID"),
        (REVOKED, "INVITATION_INVALID"),
        (USED, "INVITATION_USED"),
        (STALE, "INVITATION_EXPIRED"),
        (PENDING, "ACCOUNT_TYPE_NOT_ALLOWED"),
    ],
)
def test_the_first_obstacle_is_named_and_a_barred_member_learns_nothing_else(
    invitation: Invitation | None, expected: str
) -> None:
    """AE-32, AE-35: unknown and revoked look alike; the order is token, use, date, account, membership."""
    assert code(redeem(invitation, NOW, BARRED, is_member=True)) == expected


def test_ws_20_a_member_needs_no_second_invitation() -> None:
    assert code(redeem(PENDING, NOW, WORK, is_member=True)) == "ALREADY_MEMBER"


def test_an_invitation_expires_with_the_very_second() -> None:
    assert code(redeem(PENDING, PENDING.expires_at, WORK, is_member=False)) == "INVITATION_EXPIRED"
    assert expires_at(NOW) == NOW + timedelta(days=30)


def test_a_pending_invitation_can_be_sent_again_even_when_it_expired() -> None:
    assert unusable(InvitationStatus.PENDING) is None
    assert code(unusable(InvitationStatus.REDEEMED)) == "INVITATION_USED"
    assert code(unusable(InvitationStatus.REVOKED)) == "INVITATION_INVALID"


def test_i_3_invitations_carry_workspace_roles_and_always_the_membership() -> None:
    assert invite([]) == frozenset({Role.MEMBER})
    assert invite([Role.WORKSPACE_ADMIN]) == frozenset({Role.MEMBER, Role.WORKSPACE_ADMIN})
    assert invite(WORKSPACE_ROLES) == WORKSPACE_ROLES
    for role in set(Role) - WORKSPACE_ROLES:
        assert code(invite([Role.MEMBER, role])) == "BAD_USER_INPUT"


def test_ae_27_and_d_37_named_contacts_get_one_invitation_each() -> None:
    named = [
        ("sam@contoso.com", ContactKind.SERVICES_ADMIN),
        ("Ann@Contoso.com ", ContactKind.SUPPORT_CONTACT),
        ("bo@contoso.com", ContactKind.SUPPORT_CONTACT),
        ("cy@contoso.com", ContactKind.SUPPORT_CONTACT),
        ("SAM@contoso.com", ContactKind.SUPPORT_CONTACT),
    ]
    roles = named_contacts(named)
    assert list(roles) == ["sam@contoso.com", "ann@contoso.com", "bo@contoso.com", "cy@contoso.com"]
    assert roles["sam@contoso.com"] == frozenset({Role.MEMBER, Role.WORKSPACE_ADMIN, Role.SUPPORT_CONTACT})
    assert roles["ann@contoso.com"] == frozenset({Role.MEMBER, Role.SUPPORT_CONTACT})


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (ContactKind.SERVICES_ADMIN, {Role.MEMBER, Role.WORKSPACE_ADMIN, Role.SUPPORT_CONTACT}),
        (ContactKind.SUPPORT_CONTACT, {Role.MEMBER, Role.SUPPORT_CONTACT}),
    ],
)
def test_ws_11_to_13_what_each_kind_of_contact_is_invited_to(kind: ContactKind, roles: set[Role]) -> None:
    assert named_contacts([("ann@contoso.com", kind)]) == {"ann@contoso.com": roles}


@pytest.mark.parametrize(
    ("totals", "limit"),
    [([], None), ([None], None), ([Decimal(5), None], None), ([Decimal(5)], 5), ([Decimal(5), Decimal("2.00")], 7)],
)
def test_how_many_support_contacts_an_agreement_allows(totals: list[Decimal | None], limit: int | None) -> None:
    assert contact_limit(totals) == limit


def test_c_10_the_cap_of_support_contacts_counts_people_once() -> None:
    present = [f"user {number}" for number in range(9)]
    assert add_contacts(10, present, ["new"]) is None
    assert add_contacts(10, [*present, "new"], ["new"]) is None
    assert add_contacts(None, present, ["new", "other"]) is None
    refused = add_contacts(10, present, ["new", "other"])
    assert refused == Refused("SUPPORT_CONTACT_LIMIT", "D-37", "roles", {"limit": 10, "present": 9})


def test_a_cap_that_was_passed_already_refuses_only_new_people() -> None:
    assert add_contacts(1, ["ann", "bo"], ["bo"]) is None
    assert add_contacts(1, ["ann", "bo"], ["cy"]) is not None
