"""Why somebody may do something, or the first thing that is missing: asked of the table and the boundaries that decide.

Nothing is decided here. Sight of a thing is asked of its boundary, from the person's own standpoint; an action is asked
of the permission table. What the asking viewer does not see is explained to nobody: it looks like what does not exist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import auto
from typing import Any

from sqlalchemy import select

from resolvers import ids
from resolvers.context import Context
from resolvers.loaders import KEYS, by_id
from resolvers.rules.visibility import VisibilityReason
from resolvers.sharing_reasons import visible_because
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import Forbidden, NotFound
from tenancy.permissions import EXERCISABLE, GRANTS, Action, granting
from tenancy.portraits import portrait
from tenancy.scope import Scope
from tenancy.statements import Statement, same
from tenancy.tables import Table
from tenancy.viewer import Viewer
from tenancy.words import AccountType, Role
from tenancy.words.word import Word


def _home(table: Any) -> Statement | None:
    """In which workspace a thing is: it says so, or the case says so that it hangs on. None for what is in none."""
    if table is t.Workspace:
        return Statement(select(table.id).where(table.id == KEYS))
    if hasattr(table, "workspace_id"):
        return Statement(select(table.workspace_id).where(table.id == KEYS))
    if hasattr(table, "incident_id"):
        about = same(t.Case.id, table.incident_id)
        return Statement(select(t.Case.workspace_id).join(table, about).where(table.id == KEYS))
    return None


_HOMES: Mapping[type[Table], Statement] = {
    table: home for table in t.owned_tables() if issubclass(table, t.Keyed) and (home := _home(table))
}


class Missing(Word):
    """The first thing that stands in the way."""

    NODE = auto()
    ACCOUNT_TYPE = auto()
    MEMBERSHIP = auto()
    REASON = auto()
    ROLE = auto()


@dataclass(frozen=True)
class Link:
    """One ground: a role, held in a workspace or in the whole tenant, or what a case itself says about the person."""

    role: Role | None = None
    workspace_id: str | None = None
    reason: VisibilityReason | None = None


@dataclass(frozen=True)
class Explanation:
    """Whether, and why; `opening` are the roles any of which would open the action."""

    allowed: bool
    user_id: str | None
    action: Action | None = None
    chain: tuple[Link, ...] = ()
    missing: Missing | None = None
    opening: tuple[Role, ...] = ()


@dataclass(frozen=True)
class _Thing:
    type_name: str
    id: str
    table: type[Table]
    workspace_id: str | None
    in_workspace: bool

    @property
    def statement(self) -> Statement:
        return by_id(self.table, frozenset({"id"}), Row)


async def explain(
    context: Context, nodes: Mapping[str, type[Table]], node: str, action: Action | None, user_id: str | None
) -> Explanation:
    """Explain seeing the node, or, with an action, doing that to it; for the viewer, or a member it administers."""
    subject = await _subject(context, user_id)
    nothing = Explanation(False, subject.user_id, action, missing=Missing.NODE)
    thing = await _thing(context.scope, nodes, node)
    if thing is None:
        return await _kept_out(context, nodes, node, nothing) if subject is context.viewer else nothing
    seen = await _sight(context.scope.seen_by(subject), thing)
    told = replace(seen, user_id=subject.user_id, action=action)
    if not seen.allowed or action is None:
        return told
    return replace(_action(subject, context.viewer, thing, action), user_id=subject.user_id)


async def may(context: Context, action: Action, workspace_id: str | None) -> bool:
    """Whether the viewer may do this in the workspace with this global id, or in the whole tenant."""
    if workspace_id is None:
        return context.viewer.may(action)
    thing = await _thing(context.scope, {"Workspace": t.Workspace}, workspace_id)
    return thing is not None and context.viewer.may(action, thing.workspace_id)


async def _subject(context: Context, user_id: str | None) -> Viewer:
    """Whose access is explained: one's own, or that of somebody whose roles one manages (CA-10)."""
    viewer = context.viewer
    if user_id is None or user_id == viewer.user_id:
        return viewer
    if not viewer.somewhere(Action.MANAGE_USERS):
        raise Forbidden(rule="CA-10")
    other = await portrait(context.scope, user_id)
    managed = set(viewer.where(Action.MANAGE_USERS))
    if other is None or not (viewer.everywhere(Action.MANAGE_USERS) or managed & set(other.workspace_roles)):
        raise NotFound(field="user_id")
    return other


async def _thing(scope: Scope, nodes: Mapping[str, type[Table]], node: str) -> _Thing | None:
    """What the id names, if the scope's viewer sees it."""
    try:
        type_name, id = ids.decode(node)
    except NotFound:
        return None
    table = nodes.get(type_name)
    if table is None or not await scope.rows(by_id(table, frozenset({"id"}), Row), keys=[id]):
        return None
    home = _HOMES.get(table)
    where = None if home is None else await scope.value(home, keys=[id])
    return _Thing(type_name, id, table, where, home is not None)


async def _kept_out(context: Context, nodes: Mapping[str, type[Table]], node: str, nothing: Explanation) -> Explanation:
    """A barred member learns, as at the door, that its account type is why (A-01)."""
    viewer = context.viewer
    if viewer.barred and await _thing(context.scope.seen_by(viewer.if_admitted), nodes, node):
        return replace(nothing, missing=Missing.ACCOUNT_TYPE)
    return nothing


async def _sight(scope: Scope, thing: _Thing) -> Explanation:
    """Whether the scope's viewer sees the thing: its boundary says so, the reasons are read beside it."""
    viewer = scope.viewer
    if viewer.shut_out:
        return Explanation(False, viewer.user_id, missing=Missing.ACCOUNT_TYPE)
    if await scope.rows(thing.statement, keys=[thing.id]):
        reasons = (await visible_because(scope, [thing.id]))[0] if thing.table is t.Case else []
        chain = (*_entry(viewer, thing), *(Link(reason=reason) for reason in reasons))
        return Explanation(True, viewer.user_id, chain=chain)
    if viewer.barred and await scope.seen_by(viewer.if_admitted).rows(thing.statement, keys=[thing.id]):
        return Explanation(False, viewer.user_id, missing=Missing.ACCOUNT_TYPE)
    outside = thing.workspace_id is not None and not viewer.may_enter(thing.workspace_id)
    missing = Missing.MEMBERSHIP if outside else Missing.REASON
    return Explanation(False, viewer.user_id, missing=missing)


def _entry(viewer: Viewer, thing: _Thing) -> Iterable[Link]:
    """What lets the viewer into the workspace of the thing."""
    if thing.workspace_id is None:
        return
    yield from _links(viewer, Action.ENTER_EVERY_WORKSPACE, viewer.tenant_roles, None)
    yield from _links(viewer, Action.ENTER_WORKSPACE, viewer.roles_in(thing.workspace_id), thing.workspace_id)


def _action(subject: Viewer, asking: Viewer, thing: _Thing, action: Action) -> Explanation:
    """Whether the table opens the action where the thing is; one that is in no workspace is asked about everywhere
    that the asking viewer may enter."""
    chain = [*_links(subject, action, subject.tenant_roles, None)]
    places = [thing.workspace_id] if thing.workspace_id is not None else []
    if not thing.in_workspace:
        places = [each for each in subject.where(action) if asking.may_enter(each)]
    for place in places:
        chain += _links(subject, action, subject.roles_in(place), place)
    if chain:
        return Explanation(True, None, action, tuple(chain))
    opening = GRANTS[action] & EXERCISABLE[subject.account_type]
    return Explanation(False, None, action, missing=Missing.ROLE, opening=tuple(sorted(opening)))


def _links(viewer: Viewer, action: Action, roles: frozenset[Role], workspace_id: str | None) -> Iterable[Link]:
    for role in sorted(granting(AccountType(viewer.account_type), roles, action)):
        yield Link(role=role, workspace_id=workspace_id)
