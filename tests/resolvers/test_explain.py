"""An explanation says what the door does: over made-up worlds, for everybody, every thing and every action."""

import random
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from gateway.demo import ids as names
from gateway.demo.people import Person, people, person
from resolvers import ids
from resolvers.context import Context
from resolvers.explain import Missing, explain
from resolvers.loaders import KEYS, by_id
from schema.node import nodes
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import Refusal
from tenancy.identity import Identity
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import WORKSPACE_ROLES, Role
from tests.world import NOON, World

WORKSPACES = ("W1", "W2", "W3", "W4")
CASES = ("K2", "K20", "K21", "K23", "K24", "K40", "K51", "K70", "K71", "K73", "K76")
THINGS = [
    *(("Workspace", f"contoso/{name}") for name in WORKSPACES),
    *(("Case", f"contoso/{name}") for name in CASES),
    ("Case", "fabrikam/K1"),
    ("Package", "contoso/B1"),
    ("Package", "contoso/X3"),
    ("Agreement", "contoso/A2"),
    ("Invitation", "contoso/new-W1"),
    ("SupportGroup", "contoso/G1"),
    ("SupportGroup", "contoso/G3"),
    ("TimelineEntry", "contoso/K20/created"),
    ("Case", "contoso/nothing"),
]
ACTIONS = 4
"""How many actions are asked of each person about each thing, chosen anew each time."""

HOMES = {
    "Workspace": Statement(select(t.Workspace.id).where(t.Workspace.id == KEYS)),
    "Case": Statement(select(t.Case.workspace_id).where(t.Case.id == KEYS)),
    "Invitation": Statement(select(t.Invitation.workspace_id).where(t.Invitation.id == KEYS)),
    "SupportGroup": Statement(select(t.SupportGroup.workspace_id).where(t.SupportGroup.id == KEYS)),
    "TimelineEntry": Statement(
        select(t.Case.workspace_id).where(
            t.Case.id == select(t.TimelineEntry.incident_id).where(t.TimelineEntry.id == KEYS).scalar_subquery()
        )
    ),
}


def identity(who: Person) -> Identity:
    nobody: dict[str, Any] = {"display_name": "", "email": None, "client": "", "expires_at": 0, "token_hash": ""}
    none = frozenset[str]()
    return Identity(who.tid, who.oid, who.account_type, who.is_guest, scopes=none, app_roles=none, **nobody)


async def muddle(world: World, chance: random.Random) -> None:
    """Other memberships, roles, shares and overrides than the demo world has."""
    connection = await asyncpg.connect(world.address.system)
    try:
        tenant, users = names.of("contoso"), [each.id for each in people() if each.is_known and each.key != "cora"]
        for user in chance.sample(users, 20):
            workspace = names.of(f"contoso/{chance.choice(WORKSPACES)}")
            roles = {Role.MEMBER, *chance.sample(sorted(WORKSPACE_ROLES), chance.randrange(3))}
            await connection.executemany(GRANT, [(tenant, user, workspace, role, NOON) for role in sorted(roles)])
        for case in chance.sample(CASES, 6):
            await connection.execute(SHARE, tenant, names.of(f"contoso/{case}"), chance.choice(users), NOON)
        await connection.execute(OVERRIDE, names.of(f"contoso/{chance.choice(WORKSPACES)}"))
    finally:
        await connection.close()


GRANT = """insert into app.role_grant (tenant_id, user_id, workspace_id, role, granted_at) values ($1, $2, $3, $4, $5)
  on conflict do nothing"""
SHARE = """insert into app.incident_share (tenant_id, incident_id, user_id, shared_by, shared_at)
  values ($1, $2, $3, $3, $4) on conflict do nothing"""
OVERRIDE = "update app.workspace set allow_personal_accounts = not allow_personal_accounts where id = $1"


async def opened(world: World, who: Person) -> Context:
    """An operation of this person in Contoso; Refusal when there is no way in."""
    context = Context(world.gateway.house, identity(who), names.of("contoso"))
    await context.open()
    return context


@pytest.mark.parametrize("seed", range(2))
async def test_explanation_and_enforcement_agree(fresh_world: World, seed: int) -> None:
    """Sight is what `node` finds, an action is what `require` lets pass; an administrator reads the same."""
    fresh_world.stand_at(datetime(2025, 6, 15, 12, tzinfo=UTC))
    chance = random.Random(seed)
    await muddle(fresh_world, chance)
    manager = await opened(fresh_world, person("cora"))
    asked = 0
    for who in people():
        try:
            context = await opened(fresh_world, who)
        except Refusal:
            continue
        for type_name, name in THINGS:
            asked += await _agree(context, manager, who, (type_name, name), chance.sample(list(Action), ACTIONS))
        await context.close()
    await manager.close()
    assert asked > 3_000


async def _agree(context: Context, manager: Context, who: Person, thing: tuple[str, str], actions: list[Action]) -> int:
    """How many explanations were compared."""
    type_name, name = thing
    node, id = ids.encode(type_name, names.of(name)), names.of(name)
    visible = bool(await context.scope.rows(by_id(nodes()[type_name], frozenset({"id"}), Row), keys=[id]))
    told = await explain(context, nodes(), node, None, None)
    assert told.allowed is visible, (who.key, name, told)
    assert bool(told.chain) is (visible and type_name not in ("Agreement", "Package")), (who.key, name, told)
    read = await explain(manager, nodes(), node, None, who.id)
    assert read.missing is Missing.NODE or read.allowed is visible, (who.key, name, read)
    for action in actions:
        passes = visible and await _passes(context, action, type_name, id)
        told = await explain(context, nodes(), node, action, None)
        assert told.allowed is passes, (who.key, name, told)
        assert bool(told.missing) is not passes
    return len(actions) + 2


async def _passes(context: Context, action: Action, type_name: str, id: str) -> bool:
    """What the door says: in the thing's workspace, in the whole tenant for a case of the desk, else anywhere."""
    viewer = context.viewer
    if type_name not in HOMES:
        return viewer.somewhere(action)
    try:
        require(viewer, action, await context.scope.value(HOMES[type_name], keys=[id]))
    except Refusal:
        return False
    return True
