"""The books after a crash: what was acknowledged is there, nothing is half there, and every term is accounted for."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import asyncpg

from gateway.demo import ids as names
from resolvers import ids
from tests.crash.crowd import Crowd
from tests.resolvers.invariants import offences

LINE: Final = names.of("contoso/terms-gold")

TWICE: Final = "cases opened twice for one key"
TROUBLE: Final = {
    "cases without exactly one charge": """
        select i.id from app.incident i where title like 'Crash %' and 1 <> (
          select count(*) from app.consumption c where c.incident_id = i.id and c.quantity = 1)""",
    "charges without a case": """
        select c.id from app.consumption c where c.recorded_at > now() - interval '1 day'
          and not exists (select from app.incident i where i.id = c.incident_id)""",
    "cases without both clocks": """
        select i.id from app.incident i where title like 'Crash %' and 2 <> (
          select count(*) from app.sla_kpi_instance k where k.incident_id = i.id)""",
    "cases without exactly one post": """
        select i.id from app.incident i where title like 'Crash %' and 1 <> (
          select count(*) from app.timeline_entry e where e.incident_id = i.id and e.record_type = 'AUTO_POST')""",
    # D-04: a change and its events are one.
    "cases without exactly one event of their creation": """
        select i.id from app.incident i where title like 'Crash %' and 1 <> (
          select count(*) from app.outbox_event o where o.topic = 'case' and o.subject_id = i.id
            and o.payload ->> 'change' = 'CREATED')""",
    "events of cases that are not there": """
        select o.subject_id from app.outbox_event o where o.topic = 'case'
          and not exists (select from app.incident i where i.id = o.subject_id)""",
    "cases without exactly one audit entry": """
        select i.id from app.incident i where title like 'Crash %' and 1 <> (
          select count(*) from app.audit_entry a where a.subject_id = i.id and a.action = 'CREATE_CASE')""",
    "keys that name no case": """
        select k.key from app.idempotency_key k where k.mutation = 'createCase'
          and k.created_at > now() - interval '1 day'
          and not exists (
          select from app.incident i where i.id = (k.answer ->> 'case_id')::uuid and title like 'Crash %')""",
    "keys that are not done": """
        select k.key from app.idempotency_key k where k.state <> 'DONE' and k.created_at > now() - interval '1 day'""",
    TWICE: """
        select title from app.incident where title like 'Crash %' group by 1 having count(*) > 1""",
    "broken seals": """
        select id from (select id, previous_hash, lag(hash) over (partition by tenant_id order by id) as before
                        from app.audit_entry) sealed where previous_hash is distinct from before""",
}


@dataclass(frozen=True)
class Books:
    """What a moment's books say."""

    cases: int
    charged: Decimal
    remaining: Decimal
    lost: tuple[str, ...]
    unsaid: int
    trouble: dict[str, Any]


async def audited(connection: "asyncpg.Connection[Any]", crowd: Crowd) -> Books:
    """The books, read while nobody writes. `lost` were acknowledged and are gone; `unsaid` are there and were never
    acknowledged, so their clients must come again."""
    there = {str(row[1]): str(row[0]) for row in await connection.fetch(_CASES)}
    given = {key: ids.of("Case", id) for key, id in crowd.acked.items() if not id.isupper()}
    trouble = {name: [str(row[0]) for row in await connection.fetch(sql)] for name, sql in TROUBLE.items()}
    found = {name: rows for name, rows in trouble.items() if rows} | await offences(connection)
    (row,) = await connection.fetch(_TERMS, LINE)
    total, charged, kept = row
    if charged != kept:
        found["totals that differ from the ledger"] = [str(charged), str(kept)]
    lost = tuple(key for key, id in given.items() if there.get(key) != id)
    return Books(len(there), charged, total - charged, lost, len(there.keys() - given.keys()), found)


_CASES = "select id, substring(title from 7) from app.incident where title like 'Crash %'"
_TERMS = """
select e.total_terms, (select coalesce(sum(quantity), 0) from app.consumption c where c.entitlement_id = e.id),
  (select coalesce(sum(used), 0) from app.consumption_total t where t.entitlement_id = e.id)
from app.entitlement e where e.id = $1
"""


async def prepared(connection: "asyncpg.Connection[Any]", terms: int) -> None:
    """An entitlement with so many terms left, none of which may be oversold."""
    await connection.execute(
        "update app.entitlement set restrict_case_creation = true, starts_on = current_date - 30,"
        " ends_on = current_date + 30, total_terms = $2"
        " + (select coalesce(sum(quantity), 0) from app.consumption c where c.entitlement_id = $1) where id = $1",
        LINE,
        terms,
    )
