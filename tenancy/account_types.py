"""Account types: who governs an identity, and which workspaces admit it (WS-21..25, D-2..D-5).

The rule is applied when an invitation is redeemed and again on every operation inside the workspace (D-3).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import auto
from typing import Final
from uuid import UUID

from tenancy.words import AccountType, PersonalAccounts
from tenancy.words.word import Word

CONSUMER_TENANT: Final = UUID("9188040d-6c67-4c5b-b112-36a304b66dad")
"""The one tenant id that all personal accounts on earth share: no tenancy boundary, only a type."""


class Ground(Word):
    """Why a principal is admitted to a workspace, or not."""

    WORK = auto()
    PREMIER = auto()
    OVERRIDE = auto()
    BLOCKED = auto()
    APPLICATION = auto()


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether an account of some type may be inside a workspace today, and why."""

    admitted: bool
    ground: Ground


def account_type(tid: str, is_application: bool = False) -> AccountType:
    """The type of the principal whose token names `tid`, a well-formed GUID in any spelling.

    By `tid` only: a personal account that comes as a guest of an organisation is WORK_SCHOOL (D-4).
    `is_application`: the token was issued to a program, not to a person (D-30).
    """
    if is_application:
        return AccountType.APPLICATION
    # Compared as numbers: an upper-case spelling must not turn a personal account into a work one.
    return AccountType.PERSONAL if UUID(tid) == CONSUMER_TENANT else AccountType.WORK_SCHOOL


def in_force(activated_at: datetime | None, starts_on: date, ends_on: date, today: date) -> bool:
    """Whether an agreement is activated and today lies in its dates, both ends included (3.4)."""
    return activated_at is not None and starts_on <= today <= ends_on


def personal_accounts(premier: bool, unified: bool, allow: bool) -> PersonalAccounts:
    """How a workspace stands to personal accounts (WS-21..23, D-5).

    `premier` and `unified`: the workspace has a package of an agreement of that programme in force;
    `allow`: the override of the workspace. Without any agreement in force nobody enters by override.
    """
    if premier:
        return PersonalAccounts.PREMIER
    return PersonalAccounts.OVERRIDE if unified and allow else PersonalAccounts.BLOCKED


def admission(account: AccountType, premier: bool, unified: bool, allow: bool) -> Admission:
    """The table of 3.4: may this type of account be inside the workspace?

    Applications are never members (D-30). Arguments as in `personal_accounts`.
    """
    return _ADMISSIONS[account, personal_accounts(premier, unified, allow)]


_PERSONAL: Final = {
    PersonalAccounts.PREMIER: Admission(True, Ground.PREMIER),
    PersonalAccounts.OVERRIDE: Admission(True, Ground.OVERRIDE),
    PersonalAccounts.BLOCKED: Admission(False, Ground.BLOCKED),
}

_ADMISSIONS: Final = {
    (account, stance): decision
    for stance, personal in _PERSONAL.items()
    for account, decision in (
        (AccountType.WORK_SCHOOL, Admission(True, Ground.WORK)),
        (AccountType.PERSONAL, personal),
        (AccountType.APPLICATION, Admission(False, Ground.APPLICATION)),
    )
}
