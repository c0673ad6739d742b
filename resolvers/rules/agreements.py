"""Activating agreements, and what they admit (WS-10..15, WS-21..25, D-6, D-37; AE-27, AE-31, AE-34)."""

from datetime import date, datetime

from resolvers.rules.refused import Refused
from tenancy.account_types import in_force
from tenancy.words import PersonalAccounts, Section


def activate(activated_at: datetime | None, starts_on: date, ends_on: date, today: date) -> Refused | None:
    """Whether an agreement may be activated: once, and on a day within its dates (D-37)."""
    if activated_at is not None:
        return Refused("ALREADY_ACTIVATED", "WS-10", "agreement_id")
    return None if starts_on <= today <= ends_on else _not_in_force()


def supports_workspaces(activated_at: datetime | None, starts_on: date, ends_on: date, today: date) -> Refused | None:
    """Whether a workspace may be created on the agreement today (WS-15, AE-31)."""
    return None if in_force(activated_at, starts_on, ends_on, today) else _not_in_force()


def comes_by_itself(section: Section) -> bool:
    """Whether activation maps a package to the default workspace; add-ons are asked for (WS-14)."""
    return section is Section.ENTERPRISE_WIDE


def set_personal_accounts(stance: PersonalAccounts, allowed: bool) -> Refused | None:
    """Whether the override may be set so; Premier admits personal accounts and cannot be told not to (D-2, AE-34)."""
    if stance is PersonalAccounts.PREMIER and not allowed:
        return Refused("PREMIER_PERSONAL_LOCKED", "WS-21", "allowed")
    return None


def _not_in_force() -> Refused:
    return Refused("AGREEMENT_NOT_IN_FORCE", "WS-15", "agreement_id")
