"""Boundaries against the text of the rules, on small worlds made by chance (3.4, 5.8, CA-11, CA-12)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tenancy.clock import Clock
from tenancy.database import Connection, Database
from tenancy.identity import Identity
from tenancy.recognition import recognise
from tenancy.scope import Scope, Wire
from tenancy.statements import Statement
from tenancy.tables import CONSUMER_TID, Case, CaseShare, Table, TimelineEntry, Workspace
from tenancy.words import TENANT_ROLES, WORKSPACE_ROLES, AccountType, Role
from tests.ground import Address
from tests.tenancy.connections import connected
from tests.tenancy.rows import NOW, A, B, furnish, insert

pytestmark = pytest.mark.isolation

WORKSPACES = tuple(A.row(f"workspace {number}") for number in range(3))
GROUPS = tuple(A.row(f"group {number}") for number in range(2))
LINES = {"PREMIER": A.row("premier"), "UNIFIED": A.row("unified")}
ME = {AccountType.WORK_SCHOOL: A.row("me at work"), AccountType.PERSONAL: A.row("me at home")}
DESK = {Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
RUNS = {Role.GLOBAL_ADMIN, Role.CSAM, Role.ACCOUNT_COORDINATOR}
NEVER_PERSONAL = {Role.CSAM, Role.ACCOUNT_COORDINATOR, Role.INCIDENT_MANAGER}
_numbers = count(1)


@dataclass(frozen=True)
class Told:
    """One case, and who was brought into it."""

    workspace: int | None
    is_mine: bool
    shared_with_me: bool
    shared_with_group: int | None
    is_foreign: bool


@dataclass(frozen=True)
class Small:
    """A world for one viewer: its account, its roles, how its workspaces stand, its groups, and cases."""

    account: AccountType
    roles: frozenset[Role]
    roles_in: tuple[frozenset[Role], ...]
    program: tuple[str | None, ...]
    allows: tuple[bool, ...]
    groups: frozenset[int]
    cases: tuple[Told, ...]


def _some(words: frozenset[Role], most: int) -> st.SearchStrategy[frozenset[Role]]:
    return st.frozensets(st.sampled_from(sorted(words)), max_size=most)


def _each(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*(values for _ in WORKSPACES))


TOLD = st.builds(
    Told,
    workspace=st.none() | st.sampled_from(range(3)),
    is_mine=st.booleans(),
    shared_with_me=st.booleans(),
    shared_with_group=st.none() | st.sampled_from(range(2)),
    is_foreign=st.sampled_from([False, False, False, True]),
)
WORLDS = st.builds(
    Small,
    account=st.sampled_from([AccountType.WORK_SCHOOL, AccountType.PERSONAL]),
    roles=st.just(frozenset[Role]()) | _some(TENANT_ROLES - {Role.SERVICES_ADMIN}, 2),
    roles_in=_each(_some(WORKSPACE_ROLES, 3)),
    program=_each(st.none() | st.sampled_from(sorted(LINES))),
    allows=_each(st.booleans()),
    groups=st.frozensets(st.sampled_from(range(2))),
    cases=st.lists(TOLD, min_size=3, max_size=6).map(tuple),
)


# --- the rules, said once more


def enters(world: Small, place: int) -> bool:
    """A membership or a role in the customer, and then the account rule (3.4)."""
    wide = _exercised(world) & (RUNS | DESK | {Role.INCIDENT_MANAGER})
    if not wide and Role.MEMBER not in world.roles_in[place]:
        return False
    program = world.program[place]
    return world.account is not AccountType.PERSONAL or program == "PREMIER" or bool(program and world.allows[place])


def sees(world: Small, told: Told) -> bool:
    """`visible` of 5.8"""
    if told.is_foreign:
        return False
    if told.workspace is None:
        return bool(_exercised(world) & DESK)
    if not enters(world, told.workspace):
        return False
    here = world.roles_in[told.workspace] if Role.MEMBER in world.roles_in[told.workspace] else frozenset()
    return bool(
        _exercised(world) & (RUNS | DESK)
        or here & {Role.WORKSPACE_ADMIN, Role.VIEW_ALL_SUPPORT_REQUESTS}
        or told.is_mine
        or told.shared_with_me
        or told.shared_with_group in world.groups
    )


def _exercised(world: Small) -> frozenset[Role]:
    return world.roles - NEVER_PERSONAL if world.account is AccountType.PERSONAL else world.roles


# --- the same world as rows


def _row(table: type[Table], name: str, **columns: Any) -> dict[str, Any]:
    values = A.values(table.__table__)  # type: ignore[arg-type]  # declared tables are core tables
    return {**values, **({"id": A.row(name)} if "id" in values else {}), **columns}


async def _add(to: Any, table: str, **columns: Any) -> None:
    core = Table.metadata.tables[f"app.{table}"]
    await insert(to, core, A.values(core) | columns)


@pytest.fixture(scope="module")
async def scaffold(database: Address) -> AsyncIterator[Database]:
    """What all worlds share: A and B, three workspaces, two groups, a line of each programme, and me, twice."""
    async with connected(database.owner) as past:
        await furnish(past)
        for account, me in ME.items():
            tid = CONSUMER_TID if account is AccountType.PERSONAL else A.row("tid")
            await _add(past, "app_user", id=me, tid=tid, oid=me, account_type=account.value)
        for number, place in enumerate(WORKSPACES):
            await _add(past, "workspace", id=place, name=f"{number}", is_default=False)
        for group, place in zip(GROUPS, WORKSPACES, strict=False):
            await _add(past, "support_group", id=group, workspace_id=place, name="group")
        for program, line in LINES.items():
            term = {"starts_on": NOW.date(), "ends_on": NOW.date(), "activated_at": NOW}
            await _add(past, "agreement", id=line, number=program, program=program, **term)
            await _add(past, "package", id=line, agreement_id=line)
    superuser = Database(database.owner, database.system)
    yield superuser
    await superuser.close()


async def _tell(to: Any, world: Small) -> dict[str, Told]:
    """The world as rows of the transaction; the ids of its cases."""
    me = ME[world.account]
    for role in world.roles:
        await _add(to, "role_grant", id=_fresh(), user_id=me, role=role.value)
    for number, place in enumerate(WORKSPACES):
        for role in world.roles_in[number]:
            await _add(to, "role_grant", id=_fresh(), user_id=me, workspace_id=place, role=role.value)
        if program := world.program[number]:
            await _add(to, "workspace_package", workspace_id=place, package_id=LINES[program])
        await to.execute(
            "update app.workspace set allow_personal_accounts = $2 where id = $1", place, world.allows[number]
        )
    for group in world.groups:
        await _add(to, "support_group_member", group_id=GROUPS[group], user_id=me)
    return {await _case(to, me, told): told for told in world.cases}


async def _case(to: Any, me: str, told: Told) -> str:
    owner, id = (B if told.is_foreign else A), _fresh()
    core = Table.metadata.tables["app.incident"]
    place = (
        None if told.workspace is None else owner.row("workspace") if told.is_foreign else WORKSPACES[told.workspace]
    )
    mine = {"primary_contact_user_id": me} if told.is_mine else {}
    await insert(to, core, owner.values(core) | {"id": id, "ticket_number": id, "workspace_id": place} | mine)
    shares = [{"user_id": me}] if told.shared_with_me else []
    if told.shared_with_group is not None and not told.is_foreign:
        shares.append({"user_id": None, "group_id": GROUPS[told.shared_with_group]})  # type: ignore[dict-item]  # one of the two
    for share in shares:
        table = Table.metadata.tables["app.incident_share"]
        await insert(to, table, owner.values(table) | {"id": _fresh(), "incident_id": id} | share)
    table = Table.metadata.tables["app.timeline_entry"]
    await insert(to, table, owner.values(table) | {"id": _fresh(), "incident_id": id})
    return id


def _fresh() -> str:
    return A.row(f"fresh {next(_numbers)}")


CASES = Statement(select(Case.id))
SHARES = Statement(select(CaseShare.incident_id))
POSTS = Statement(select(TimelineEntry.incident_id))
PLACES = Statement(select(Workspace.id))


@given(world=WORLDS)
@settings(max_examples=120, deadline=None)
async def test_sight_is_what_the_rules_say_in_any_small_world(scaffold: Database, world: Small) -> None:
    async with scaffold.driver() as connection:
        await connection.execute("begin; set local session_replication_role = replica")
        try:
            known = await _tell(connection, world)
            scope = await _enter(connection, world)
            expected = {id for id, told in known.items() if sees(world, told)}
            assert {row.id for row in await scope.rows(CASES)} & set(known) == expected
            assert {row.incident_id for row in await scope.rows(POSTS)} & set(known) == expected
            shared = {id for id in expected if known[id].shared_with_me or known[id].shared_with_group is not None}
            assert {row.incident_id for row in await scope.rows(SHARES)} & set(known) == shared
            places = {WORKSPACES[place] for place in range(3) if enters(world, place)}
            assert {row.id for row in await scope.rows(PLACES)} & set(WORKSPACES) == places
        finally:
            await connection.execute("rollback")


async def _enter(connection: Connection, world: Small) -> Scope:
    """The scope that the doors would open, inside this transaction."""
    me = ME[world.account]
    tid = CONSUMER_TID if world.account is AccountType.PERSONAL else A.row("tid")
    who = Identity(tid, me, world.account, False, "me", None, "tests", frozenset(), frozenset(), 0.0, "")
    clock = Clock()
    clock.stand_at(datetime(NOW.year, NOW.month, NOW.day, 12, tzinfo=UTC))
    await connection.execute(
        "set local session_replication_role = origin; set local session authorization gw_app;"
        f" select set_config('app.tid', '{tid}', true), set_config('app.oid', '{me}', true)"
    )
    wire = Wire(connection)
    return Scope(wire, await recognise(wire, who, None, clock), clock)
