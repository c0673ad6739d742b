"""Letting personal accounts into a workspace, and whom it cuts off when they are kept out again (WS-21..25, D-2, D-3).

The list of those who are cut off is for looking before: the same command with `plan` shows it and keeps nothing.
"""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from resolvers.commands import Payload
from resolvers.members_authority import manage
from resolvers.pages import Listing, Order
from resolvers.refusals import granted
from resolvers.rules.agreements import set_personal_accounts as may_set
from resolvers.workspaces import standing
from tenancy import tables as t
from tenancy.account_types import personal_accounts
from tenancy.changes import Change
from tenancy.permissions import Action
from tenancy.roll import GONE
from tenancy.words import AccountType, CaseState, InvitationStatus, PersonalAccounts, Role

_PERSONAL = t.User.account_type == AccountType.PERSONAL

MEMBERS_CUT_OFF = Listing(
    "cut_off.members",
    t.User,
    order=Order("created_at", (("created_at", False),)),
    parent="workspace_id",
    pairs=select(t.RoleGrant.workspace_id, t.RoleGrant.user_id)
    .join(t.User, and_(t.User.id == t.RoleGrant.user_id, _PERSONAL))
    .where(t.RoleGrant.role == Role.MEMBER),
)

INVITATIONS_AT_RISK = Listing(
    "cut_off.invitations",
    t.Invitation,
    order=Order("newest", (("created_at", True),)),
    parent="workspace_id",
    pairs=select(t.Invitation.workspace_id, t.Invitation.id).where(t.Invitation.status == InvitationStatus.PENDING),
)

CASES_CUT_OFF = Listing(
    "cut_off.cases",
    t.Case,
    order=Order("newest", (("created_at", True),)),
    parent="workspace_id",
    pairs=select(t.Case.workspace_id, t.Case.id)
    .join(t.User, and_(t.User.id == t.Case.primary_contact_user_id, _PERSONAL))
    .where(t.Case.state == CaseState.ACTIVE),
)

SUBSCRIPTIONS_CUT_OFF = Listing(
    "cut_off.subscriptions",
    t.LiveSubscription,
    order=Order("begun_at", (("begun_at", False),)),
    parent="workspace_id",
    pairs=select(t.LiveSubscription.workspace_id, t.LiveSubscription.id)
    .join(t.User, and_(t.User.id == t.LiveSubscription.user_id, _PERSONAL))
    .where(t.LiveSubscription.seen_at > func.now() - GONE),
)


@dataclass(frozen=True)
class CutOff:
    """What hangs on personal accounts in the workspace with this id."""

    id: str


@dataclass(frozen=True)
class AccountsSet(Payload):
    """The workspace, and what the command cuts off, if it does."""

    workspace_id: str | None = None
    cut_off: CutOff | None = None


async def set_personal_accounts(change: Change, workspace_id: str, allowed: bool) -> AccountsSet:
    """Set the override of a Unified workspace; on Premier it cannot be told to keep personal accounts out (AE-34)."""
    await manage(change, workspace_id, Action.SET_PERSONAL_ACCOUNTS, "WS-23")
    stands = await standing(change, workspace_id)
    before = personal_accounts(stands["premier"], stands["unified"], stands["allow"])
    granted(may_set(before, allowed))
    if stands["allow"] is not allowed:
        await change.alter(t.Workspace, workspace_id, {"allow_personal_accounts": allowed})
        change.audit("SET_PERSONAL_ACCOUNTS", "Workspace", workspace_id, allowed=allowed)
        change.publish("workspace", workspace_id, workspace_id, change="PERSONAL_ACCOUNTS")
    after = personal_accounts(stands["premier"], stands["unified"], allowed)
    ends = after is PersonalAccounts.BLOCKED and before is not PersonalAccounts.BLOCKED
    return AccountsSet(workspace_id=workspace_id, cut_off=CutOff(workspace_id) if ends else None)
