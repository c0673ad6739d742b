"""The invariants of cases, asked of the database itself: each query names what offends against one (4.8)."""

from typing import Any, Final

import asyncpg

OFFENCES: Final = {
    # A reversal points at a charge of the same case and entitlement, mirrors it, and is the only one.
    "I-8": """
        select r.id from app.consumption r left join app.consumption c
          on c.tenant_id = r.tenant_id and c.id = r.reverses_id
        where r.reverses_id is not null and (c.id is null or c.reverses_id is not null or c.quantity <> -r.quantity
          or c.entitlement_id <> r.entitlement_id or c.incident_id is distinct from r.incident_id)
        union all
        select min(id::text)::uuid from app.consumption where reverses_id is not null
        group by reverses_id having count(*) > 1""",
    # What is restricted and charged at creation is never overdrawn, nor is a channel of it.
    "I-9": """
        select e.id from app.entitlement e where e.restrict_case_creation and e.decrease_on = 'CASE_CREATION'
          and e.total_terms < (select coalesce(sum(quantity), 0) from app.consumption c
                               where c.tenant_id = e.tenant_id and c.entitlement_id = e.id)
        union all
        select e.id from app.entitlement e join app.entitlement_channel h
          on h.tenant_id = e.tenant_id and h.entitlement_id = e.id
        where e.restrict_case_creation and e.decrease_on = 'CASE_CREATION'
          and h.total_terms < (select coalesce(sum(quantity), 0) from app.consumption c
                               where c.tenant_id = e.tenant_id and c.entitlement_id = e.id and c.origin = h.origin)""",
    # No own parent or master, one level of children, and not too many of them.
    "I-12": """
        select i.id from app.incident i join app.tenant t on t.id = i.tenant_id
        where i.parent_id = i.id or i.master_id = i.id
          or (i.parent_id is not null and exists (select from app.incident c where c.parent_id = i.id))
          or t.max_children < (select count(*) from app.incident c where c.parent_id = i.id)""",
    "I-13": """
        select id from app.incident
        where (state = 'ACTIVE') <> (status in ('IN_PROGRESS', 'ON_HOLD', 'WAITING_FOR_DETAILS', 'RESEARCHING'))
          or (state = 'RESOLVED') <> (status in ('PROBLEM_SOLVED', 'INFORMATION_PROVIDED'))
          or (master_id is not null) <> (status = 'MERGED') or (state = 'ACTIVE') <> (closed_at is null)""",
    # At most one open clock for a case and an item; all of them of the case's SLA, none for a cancelled case.
    "I-14": """
        select i.id from app.sla_kpi_instance k join app.incident i on i.id = k.incident_id
          join app.sla_item m on m.id = k.sla_item_id
        where k.status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE', 'PAUSED')
          and (m.sla_id is distinct from i.sla_id or i.state = 'CANCELLED')
        union all
        select incident_id from app.sla_kpi_instance
        where status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE', 'PAUSED')
        group by incident_id, sla_item_id having count(*) > 1""",
    "I-19": """
        select id from app.incident i where not exists (
          select from app.timeline_entry e where e.incident_id = i.id and e.record_type = 'AUTO_POST')""",
}

_DUE: Final = """
select i.id, i.ticket_number, e.allocation_type, net.quantity as net,
  case when net.entitlement_id is distinct from i.entitlement_id then 0
       when not i.decrement_terms or i.classification is not null or not e.is_consumable then 0
       when e.decrease_on = 'CASE_CREATION' and i.state <> 'CANCELLED' then 1
       when e.decrease_on = 'CASE_RESOLUTION' and i.state = 'RESOLVED' then
         case e.allocation_type when 'HOURS' then round(coalesce((
             select t.billable_minutes from app.timeline_entry t
             where t.incident_id = i.id and t.activity_type = 'CASE_RESOLUTION'
             order by t.created_at desc limit 1), 0) / 60.0, 2)
           else 1 end
       else 0 end as due
from app.incident i
left join app.entitlement e on e.tenant_id = i.tenant_id and e.id = i.entitlement_id
cross join lateral (
  select entitlement_id, sum(quantity) as quantity from (
    select c.entitlement_id, c.quantity from app.consumption c where c.incident_id = i.id
    union all select i.entitlement_id, 0) as every group by entitlement_id) as net
where i.id = any($1) and net.entitlement_id is not null
"""

_LEDGER: Final = "select id, row_to_json(c)::text as content from app.consumption c"


async def offences(connection: "asyncpg.Connection[Any]") -> dict[str, list[str]]:
    """What offends against which invariant; empty when all hold."""
    found = {rule: [str(row[0]) for row in await connection.fetch(query)] for rule, query in OFFENCES.items()}
    return {rule: ids for rule, ids in found.items() if ids}


async def wrong_charges(
    connection: "asyncpg.Connection[Any]", case_ids: list[str], excused: set[str]
) -> list[tuple[str, Any, Any]]:
    """Cases whose ledger is not what I-10 says; those excused, whose exemption was taken back (D-14), may be at 0."""
    rows = await connection.fetch(_DUE, case_ids)
    return [
        (str(row["id"]), row["net"], row["due"])
        for row in rows
        if row["net"] != row["due"] and not (str(row["id"]) in excused and row["net"] == 0)
    ]


async def ledger(connection: "asyncpg.Connection[Any]") -> dict[str, str]:
    """Every row of the ledger: rows may come, none may change or go (I-8)."""
    return {str(row["id"]): row["content"] for row in await connection.fetch(_LEDGER)}
