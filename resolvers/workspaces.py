"""Workspaces: which of them a request is about, what is mapped to them, how they stand to personal accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.types import Boolean, Date

from resolvers import ids
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.account_types import personal_accounts
from tenancy.boundaries import LISTED
from tenancy.database import Row
from tenancy.errors import AccountTypeNotAllowed, BadInput, Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement, same
from tenancy.viewer import require
from tenancy.words import PersonalAccounts, Program

ALL = "ALL"
"""Said in place of workspace ids: every workspace that the viewer is permitted (WS-8)."""

BY_NAME = Order("name", (("name", False),))

WORKSPACES = Listing("workspaces", t.Workspace, {"listed": LISTED}, BY_NAME)

_MAPPED = select(t.WorkspacePackage.workspace_id, t.WorkspacePackage.package_id)
PACKAGES_OF_WORKSPACE = Listing(
    "workspace.packages",
    t.Package,
    order=Order("starts_on", (("starts_on", False),)),
    parent="workspace_id",
    pairs=_MAPPED,
)

_AGREED = (
    select(t.WorkspacePackage.workspace_id, t.Package.agreement_id)
    .join(t.Package, same(t.Package.id, t.WorkspacePackage.package_id))
    .distinct()
)
AGREEMENTS_OF_WORKSPACE = Listing(
    "workspace.agreements",
    t.Agreement,
    order=Order("starts_on", (("starts_on", False),)),
    parent="workspace_id",
    pairs=_AGREED,
)

_PERMITTED = Statement(
    select(t.Workspace.id, t.Workspace.name, t.Workspace.is_default)
    .where(or_(bindparam("every", type_=Boolean), t.Workspace.id == KEYS))
    .order_by(t.Workspace.is_default.desc(), t.Workspace.name, t.Workspace.id)
)

_in_force = and_(
    t.Agreement.activated_at.is_not(None),
    bindparam("today", type_=Date).between(t.Agreement.starts_on, t.Agreement.ends_on),
)


def _runs(program: Program) -> Any:
    return func.coalesce(func.bool_or(case((_in_force, t.Agreement.program == program.value), else_=False)), False)


_STANDING = Statement(
    select(
        t.Workspace.id,
        t.Workspace.allow_personal_accounts.label("allow"),
        _runs(Program.PREMIER).label("premier"),
        _runs(Program.UNIFIED).label("unified"),
    )
    .outerjoin(t.WorkspacePackage, same(t.WorkspacePackage.workspace_id, t.Workspace.id))
    .outerjoin(t.Package, same(t.Package.id, t.WorkspacePackage.package_id))
    .outerjoin(t.Agreement, same(t.Agreement.id, t.Package.agreement_id))
    .where(t.Workspace.id == KEYS)
    .group_by(t.Workspace.id, t.Workspace.allow_personal_accounts)
)


_STANDING_TOLD = Statement(_STANDING.source, reach=Reach.TENANT)
"""The same for somebody who is only about to enter."""


@dataclass(frozen=True, slots=True)
class PersonalAccountsAllowed:
    """Whether personal accounts enter a workspace today, and why (WS-21..23)."""

    allowed: bool
    reason: PersonalAccounts


async def personal_accounts_allowed(context: Context, workspace_ids: Sequence[str]) -> list[PersonalAccountsAllowed]:
    """How each workspace stands to personal accounts (3.4), in the order asked."""
    scope = context.scope
    rows = await scope.rows(_STANDING, keys=sorted(set(workspace_ids)), today=scope.today)
    reasons = {row["id"]: personal_accounts(row["premier"], row["unified"], row["allow"]) for row in rows}
    found = [reasons[id] for id in workspace_ids]
    return [PersonalAccountsAllowed(reason is not PersonalAccounts.BLOCKED, reason) for reason in found]


async def standing(scope: Scope, workspace_id: str) -> Row:
    """What the account rule asks about a workspace of the tenant: `premier`, `unified`, `allow` (3.4)."""
    (row,) = await scope.rows(_STANDING_TOLD, keys=[workspace_id], today=scope.today)
    return row


def admit(context: Context) -> None:
    """Refuse a list to someone whom the account rule leaves nothing at all: an empty page would not say why (A-01)."""
    if context.viewer.shut_out:
        raise AccountTypeNotAllowed(rule="WS-22")


async def entered(context: Context, workspace_ids: Iterable[str], field: str) -> list[str]:
    """The uuids of workspaces that the viewer may enter; ACCOUNT_TYPE_NOT_ALLOWED or NOT_FOUND of this field otherwise
    (D-31)."""
    found = [ids.of("Workspace", id, field=field) for id in workspace_ids]
    for id in found:
        if not context.viewer.may_enter(id):
            require(context.viewer, Action.ENTER_WORKSPACE, id, field=field)
    return await _existing(context, found, field)


async def permitted(context: Context, action: Action) -> list[str]:
    """Every workspace in which the viewer may do this: the default one first, then by name."""
    viewer = context.viewer
    every = viewer.everywhere(action) and viewer.enters_all
    where = viewer.entered if viewer.everywhere(action) else viewer.where(action)
    rows = await context.scope.rows(_PERMITTED, every=every, keys=list(where))
    return [row["id"] for row in rows]


_CHOSEN: Final = "workspace_ids"
"""The argument by which requests select workspaces."""


async def chosen(context: Context, workspace_ids: Iterable[str] | None, action: Action, rule: str) -> list[str]:
    """The workspaces a request selects, each permitted for `action`: those named, all permitted ones for ALL, the
    current one for none (CA-14, CA-15, WS-8). Selecting never grants: what is not permitted is refused."""
    admit(context)
    named = None if workspace_ids is None else list(workspace_ids)
    if named and named != [ALL]:
        found = [ids.of("Workspace", id, field=_CHOSEN) for id in named]
        for id in found:
            require(context.viewer, action, id, rule=rule, field=_CHOSEN)
        return await _existing(context, found, _CHOSEN)
    wanted = await permitted(context, action)
    if not wanted and not (named is None and context.wanted_workspace):
        raise Forbidden(rule=rule)
    if named == []:
        raise BadInput(field=_CHOSEN, details={"minimum": 1})
    return wanted if named == [ALL] else [await _current(context, wanted, action, rule)]


async def _existing(context: Context, ids_: list[str], field: str | None = None) -> list[str]:
    """A customer-level role may enter every workspace of the tenant, but only of the tenant."""
    rows = await context.scope.rows(_PERMITTED, every=False, keys=ids_)
    if len(rows) != len(set(ids_)):
        raise NotFound(field=field)
    return [row["id"] for row in rows]


async def _current(context: Context, wanted: list[str], action: Action, rule: str) -> str:
    """The workspace of the request's header; else the default one if permitted; else the first by name."""
    if context.wanted_workspace is None:
        return wanted[0]
    require(context.viewer, action, context.wanted_workspace, rule=rule)
    return (await _existing(context, [context.wanted_workspace]))[0]
