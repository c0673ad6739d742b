"""Invitations: who gets one with which roles, and who may redeem it (WS-11..13, WS-18..23; D-6, D-20, D-37)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from resolvers.rules.refused import Refused, bad_input
from resolvers.rules.reminders import INVITATION_DAYS, planned
from tenancy.account_types import Admission
from tenancy.words import WORKSPACE_ROLES, ContactKind, InvitationStatus, Role

LIFETIME: Final = timedelta(days=30)
"""How long an invitation can be redeemed (D-20); configurable."""

_ROLES: Final[Mapping[ContactKind, frozenset[Role]]] = {
    ContactKind.SERVICES_ADMIN: frozenset({Role.MEMBER, Role.WORKSPACE_ADMIN, Role.SUPPORT_CONTACT}),
    ContactKind.SUPPORT_CONTACT: frozenset({Role.MEMBER, Role.SUPPORT_CONTACT}),
}


@dataclass(frozen=True, slots=True)
class Term:
    """How long invitations live, and on which days before their end they are called to mind (2.1)."""

    lifetime: timedelta = LIFETIME
    reminder_days: tuple[int, ...] = INVITATION_DAYS

    def of(self, sent_at: datetime) -> dict[str, datetime | int | None]:
        """The columns of an invitation whose link goes out now: its end, and its first reminder."""
        ends = expires_at(sent_at, self.lifetime)
        return {
            "expires_at": ends,
            "remind_at": planned(ends, self.reminder_days, sent_at),
            "reminder_tries": 0,
        }


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as its row tells it."""

    status: InvitationStatus
    expires_at: datetime
    roles: frozenset[Role]


def redeem(
    invitation: Invitation | None, now: datetime, admission: Admission, is_member: bool
) -> frozenset[Role] | Refused:
    """The roles that a token gives to whoever presents it, MEMBER among them. None: no such token.

    `admission`: whether the workspace admits the presenter's type of account today. A refusal leaves the invitation
    as it is: somebody barred by account type may come back with another account (AE-35).
    """
    if invitation is None:
        return _invalid()
    return unusable(invitation.status) or _presented(invitation, now, admission, is_member)


def unusable(status: InvitationStatus) -> Refused | None:
    """Whether an invitation can no longer be redeemed, sent again or revoked. An expired one can be sent again."""
    if status is InvitationStatus.REVOKED:
        return _invalid()
    return Refused("INVITATION_USED", "I-4", "token") if status is InvitationStatus.REDEEMED else None


def expires_at(now: datetime, lifetime: timedelta = LIFETIME) -> datetime:
    """The moment from which an invitation written or sent again now is expired."""
    return now + lifetime


def invite(roles: Iterable[Role]) -> frozenset[Role] | Refused:
    """The roles of an invitation: workspace roles only, and always MEMBER (I-3)."""
    wanted = frozenset(roles)
    return with_membership(wanted) if wanted <= WORKSPACE_ROLES else bad_input("I-3", "roles")


def with_membership(roles: frozenset[Role]) -> frozenset[Role]:
    """Every workspace role needs the membership (I-3)."""
    return roles | {Role.MEMBER}


def named_contacts(contacts: Iterable[tuple[str, ContactKind]]) -> dict[str, frozenset[Role]]:
    """One invitation per address named in an agreement, with the roles of all that it is named as (D-37, AE-27)."""
    roles: dict[str, frozenset[Role]] = {}
    for address, kind in contacts:
        key = normal(address)
        roles[key] = roles.get(key, frozenset()) | _ROLES[kind]
    return roles


def normal(address: str) -> str:
    """One spelling for one address, so that nobody is invited twice."""
    return address.strip().casefold()


def contact_limit(totals: Iterable[Decimal | None]) -> int | None:
    """How many support contacts an agreement's lines of SUPPORT_CONTACTS allow; None is no limit.

    `totals`: of each such line. An agreement without one names no quantity, and so sets no limit.
    """
    known = tuple(totals)
    if not known or None in known:
        return None
    return int(sum((total for total in known if total is not None), Decimal(0)))


def add_contacts(limit: int | None, present: Iterable[str], added: Iterable[str]) -> Refused | None:
    """Whether more support contacts fit (2.1, C-10). Both are people, or pending addresses; each counts once (D-37)."""
    everyone = set(present)
    before = len(everyone)
    everyone.update(added)
    if limit is None or len(everyone) <= max(limit, before):
        return None
    return Refused("SUPPORT_CONTACT_LIMIT", "D-37", "roles", {"limit": limit, "present": before})


def _presented(
    invitation: Invitation, now: datetime, admission: Admission, is_member: bool
) -> frozenset[Role] | Refused:
    if now >= invitation.expires_at:
        return Refused("INVITATION_EXPIRED", "D-20", "token")
    if not admission.admitted:
        return Refused("ACCOUNT_TYPE_NOT_ALLOWED", "WS-22", "token")
    return Refused("ALREADY_MEMBER", "WS-20", "token") if is_member else with_membership(invitation.roles)


def _invalid() -> Refused:
    return Refused("INVITATION_INVALID", "WS-20", "token")
