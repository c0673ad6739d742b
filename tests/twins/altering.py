"""The other twin: everything that one person may not see is changed, removed, or joined by more of its kind."""

from collections.abc import Iterable
from typing import Any, Final

import asyncpg

from tests.tenancy.connections import Connection
from tests.twins.books import Book, key_text, others, read, tables
from tests.twins.hidden import COPIES, KEPT, LICENCES, Hidden

_SPARED: Final = frozenset({"tenant", "app_user", "consumption_total"})
_THINNED: Final = ("timeline_entry", "incident_share", "sla_kpi_instance", "invitation", "queue_item", "role_grant")
"""Tables of which hidden rows may go."""
_GROWN: Final = ("incident", "timeline_entry", "customer", "support_group", "knowledge_article")
"""Tables to which hidden rows may come."""
_COUNTED: Final = ("case_type", "created_at")
"""What a partner is told the number of, of its customers' cases (D-40)."""


async def alter(past: Connection, hidden: Hidden) -> Book:
    """Make this database the other twin for one person; answers its rows."""
    await past.execute("set session_replication_role = replica")
    for table, ids in hidden.rows.items():
        await _change(past, table, f"{key_text(table)} = any($1)", sorted(ids), KEPT.get(table, set()))
    for table in tables():
        await _strange(past, table, hidden)
    await _people_of_cases(past, hidden)
    await _thin(past, hidden)
    await _grow(past, hidden)
    await past.execute("reset session_replication_role")
    await past.execute("analyze")
    return await read(past)


async def _strange(past: Connection, table: str, hidden: Hidden) -> None:
    """Tenants that have nothing to do with the person: every column of every row."""
    if table == "tenant":
        await _change(past, table, "id = any($1::uuid[])", sorted(hidden.foreign - hidden.named), {"kind"})
    elif table == "incident":
        where = "tenant_id = any($1::uuid[])"
        await _change(past, table, where, sorted(hidden.foreign - hidden.shown), ())
        await _change(past, table, where, sorted(hidden.shown & hidden.foreign), _COUNTED)
    elif table not in _SPARED and "tenant_id" in tables()[table].columns:
        spared = hidden.shown if table in LICENCES else set()
        kept = {"kind", "partner_tenant_id"} if table == "partner_relationship" else set()
        where = "tenant_id = any($1::uuid[])"
        tied = f" and not partner_tenant_id = any('{{{','.join(hidden.homes)}}}')"
        await _change(
            past,
            table,
            where + (tied if table == "partner_relationship" else ""),
            sorted(hidden.foreign - spared),
            kept,
        )


async def _change(past: Connection, table: str, where: str, ids: list[str], kept: Iterable[str]) -> None:
    """Give every column another value that the table lets it have."""
    for column, value in others(table):
        if column not in kept:
            await _tried(past, f"update app.{table} set {column} = {value} where {where}", ids)  # noqa: S608  names from the metadata


async def _tried(past: Connection, sql: str, *arguments: Any) -> None:
    """Run a change; one that a constraint forbids is left out."""
    try:
        async with past.transaction():
            await past.execute(sql, *arguments)
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
        return


async def _people_of_cases(past: Connection, hidden: Hidden) -> None:
    """Hidden cases belong to other people, who must not be the person itself."""
    me = [row["id"] for row in hidden.book["app_user"] if row["oid"] == hidden.person.oid] or [None]
    for column in ("owner_id", "created_by"):
        await past.execute(
            f"update app.incident i set {column} = (select id from app.app_user where id is distinct from $2"  # noqa: S608  our own names
            " order by md5(id::text || i.id::text) limit 1) where i.id = any($1::uuid[])",
            *(sorted(hidden.rows.get("incident", ())), me[0]),
        )


async def _thin(past: Connection, hidden: Hidden) -> None:
    """Every second unknown row of some tables is gone."""
    for table in _THINNED:
        ids = sorted(hidden.unknown.get(table, ()))[::2]
        await past.execute(f"delete from app.{table} where {key_text(table)} = any($1)", ids)  # noqa: S608  our own names


async def _grow(past: Connection, hidden: Hidden) -> None:
    """Hidden rows have copies; a copied case is of no agreement, so that no figure counts it (CA-38)."""
    plain = {
        "incident": "'support_kind', 'OTHER', 'classification', null, 'agreement_id', null, 'package_id', null,"
        " 'entitlement_id', null, 'parent_id', null, 'ticket_number', 'B-' || md5(r.id::text || n)",
        "support_group": "'name', 'B ' || md5(r.id::text || n)",
    }
    for table in _GROWN:
        more = f", {plain[table]}" if table in plain else ""
        sql = (
            f"insert into app.{table} select (jsonb_populate_record(r, jsonb_build_object("  # noqa: S608  our own names
            f"'id', md5(r.id::text || n)::uuid{more}))).* from app.{table} r"
            f" cross join generate_series(1, {COPIES}) n where "
        )
        await _tried(past, sql + "r.id::text = any($1)", sorted(hidden.rows.get(table, ())))
        counted = hidden.shown if table == "incident" else set()
        await _tried(past, sql + "r.tenant_id = any($1::uuid[])", sorted(hidden.foreign - counted))
