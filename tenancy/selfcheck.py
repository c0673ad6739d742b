"""The boot self-check: is this database still fenced the way the code believes (T-13, F-20, D-03)?

It runs on the runtime's own connection before the first request and reads catalogues that everybody may read.
A finding is a reason not to serve: the caller prints them all and exits with 3.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg

from tenancy import inspection
from tenancy.functions import SECURITY_DEFINERS
from tenancy.policies import Policy, policies_of
from tenancy.rights import RUNTIME, SYSTEM, rights_of, updatable
from tenancy.tables import SCHEMA, Table, owned_tables, shared_tables

REVISION = "0020"
"""The schema that this code is written for; a test holds it to the newest migration."""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Rows: TypeAlias = Iterable[asyncpg.Record]

_VERSION_TABLE = "alembic_version"
_NOT_FOR_ANY_ROLE = ("SUPERUSER", "BYPASSRLS")
_NOT_FOR_THE_RUNTIME = ("CREATEROLE", "CREATEDB", "REPLICATION")


@dataclass(frozen=True)
class Finding:
    """One fault, and the object that has it."""

    object: str
    fault: str

    def __str__(self) -> str:
        return f"{self.object}: {self.fault}"


@dataclass(frozen=True)
class Durability:
    """Which settings of the server could lose an acknowledged write."""

    off: tuple[str, ...]

    @property
    def durable(self) -> bool:
        """Whether what was acknowledged survives a crash."""
        return not self.off


async def checked(url: str) -> tuple[list[Finding], Durability]:
    """Both answers about the database behind the runtime's own address."""
    connection = await asyncpg.connect(url)
    try:
        return await findings(connection), await durability(connection)
    finally:
        await connection.close()


async def findings(connection: Connection) -> list[Finding]:
    """Everything wrong with roles, policies, views, functions, grants and revision; empty is well.

    `connection` is a plain driver connection of the runtime role.
    """
    checks = (
        (inspection.ROLES, _roles),
        (inspection.OWNED, _owned),
        (inspection.TABLES, _tables),
        (inspection.POLICIES, _policies),
        (inspection.VIEWS, _views),
        (inspection.DEFINERS, _definers),
        (inspection.GRANTS, _grants),
        (inspection.SILENCED, _silenced),
    )
    found = [finding for query, check in checks for finding in check(await connection.fetch(query))]
    return found + [finding async for finding in _revision(connection)]


async def revision(connection: "asyncpg.Connection[Any]") -> str | None:
    """The schema's revision; None where there is none."""
    present = await connection.fetchval(f"select to_regclass('{SCHEMA}.{_VERSION_TABLE}') is not null")
    found: str | None = await connection.fetchval(inspection.REVISION) if present else None
    return found


async def durability(connection: Connection) -> Durability:
    """Reads `fsync`, `full_page_writes` and `synchronous_commit` as this connection has them (D-03)."""
    return Durability(tuple(row["name"] for row in await connection.fetch(inspection.NOT_DURABLE)))


def _roles(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        name = f"role {row['name']}"
        for attribute in _NOT_FOR_ANY_ROLE + _NOT_FOR_THE_RUNTIME * row["runtime"]:
            if row[attribute]:
                yield Finding(name, f"has {attribute}")
        if not row["runtime"]:
            continue
        if row["name"] != RUNTIME:
            yield Finding(name, f"is not the runtime role {RUNTIME}")
        if row["name"] != row["login"]:
            yield Finding(name, f"acts for the login {row['login']}")
        if row["creates"]:
            yield Finding(name, f"may create objects in the schema {SCHEMA}")
        yield from (Finding(name, f"is a member of {other}") for other in row["memberships"])


def _owned(rows: Rows) -> Iterator[Finding]:
    return (Finding(row["name"], "is owned by the runtime role") for row in rows)


def _tables(rows: Rows) -> Iterator[Finding]:
    found = {row["name"]: row for row in rows}
    for table in _all_tables():
        if table.__tablename__ not in found:
            yield Finding(_name(table.__tablename__), "does not exist")
    for name, row in found.items():
        if name == _VERSION_TABLE:
            continue
        if not row["enabled"]:
            yield Finding(_name(name), "row-level security is not enabled")
        if not row["forced"]:
            yield Finding(_name(name), "row-level security is not forced on its owner")


def _policies(rows: Rows) -> Iterator[Finding]:
    expected = {(table.__tablename__, policy.name): policy for table in _all_tables() for policy in policies_of(table)}
    found = {(row["table"], row["name"]): row for row in rows}
    for table, policy in sorted(expected.keys() - found.keys()):
        yield Finding(_name(table), f"the policy {policy} is missing")
    for table, policy in sorted(found.keys() - expected.keys()):
        yield Finding(_name(table), f"the policy {policy} is unknown")
    for table, policy in sorted(expected.keys() & found.keys()):
        if not _same(found[table, policy], expected[table, policy]):
            yield Finding(_name(table), f"the policy {policy} is not the one that was made")


def _same(row: asyncpg.Record, policy: Policy) -> bool:
    return (
        row["permissive"] is policy.permissive
        and row["command"] == policy.command.upper()
        and row["roles"] == [policy.role]
        and _bones(row["reads"]) == _bones(policy.reads)
        and _bones(row["writes"]) == _bones(policy.writes)
    )


def _bones(expression: str | None) -> str | None:
    """An expression without what PostgreSQL adds when it prints it: blanks, parentheses, schema, aliases."""
    if expression is None:
        return None
    return re.sub(rf"\s+AS app_\w+|\b{SCHEMA}\.|[\s()]", "", expression, flags=re.IGNORECASE).lower()


def _views(rows: Rows) -> Iterator[Finding]:
    faults = {
        "v": "a view without security_invoker: it reads with the rights of its owner",
        "m": "a materialized view that the runtime may read",
        "f": "a foreign table that the runtime may read",
    }
    return (Finding(row["name"], faults[row["kind"]]) for row in rows)


def _definers(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        name = f"{row['schema']}.{row['name']}"
        if row["schema"] != SCHEMA or row["name"] not in SECURITY_DEFINERS:
            yield Finding(name, "a SECURITY DEFINER function that is not on the list")
        if row["schema"] == SCHEMA and row["owner"] != SYSTEM:
            yield Finding(name, f"runs with the rights of {row['owner']}")
        if not row["pinned"]:
            yield Finding(name, "a SECURITY DEFINER function whose search_path is not pinned")


def _grants(rows: Rows) -> Iterator[Finding]:
    allowed = {table.__tablename__: _allowed(table) for table in _all_tables()} | {_VERSION_TABLE: {"SELECT"}}
    for row in rows:
        if row["privilege"] not in allowed.get(row["table"], set()):
            yield Finding(_name(row["table"]), f"the runtime may {row['privilege']}")


def _allowed(table: type[Table]) -> set[str]:
    rights = rights_of(table)
    verbs = {"SELECT": rights.read, "INSERT": rights.insert, "DELETE": rights.delete}
    columns = {f"UPDATE ({column})" for column in updatable(table)}
    return {verb for verb, granted in verbs.items() if granted} | columns


def _silenced(rows: Rows) -> Iterator[Finding]:
    return (Finding(row["name"], f"the trigger {row['trigger']} is disabled") for row in rows)


async def _revision(connection: Connection) -> AsyncIterator[Finding]:
    found = await revision(connection)
    if found != REVISION:
        yield Finding(f"schema {SCHEMA}", f"is at revision {found or 'none'}, this code needs revision {REVISION}")


def _all_tables() -> tuple[type[Table], ...]:
    return (*shared_tables(), *owned_tables())


def _name(table: str) -> str:
    return f"{SCHEMA}.{table}"
