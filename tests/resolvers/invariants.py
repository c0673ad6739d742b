"""The invariants of cases, asked of the database itself: each query names what offends against one (4.8)."""

from typing import Any, Final

import asyncpg

OFFENCES: Final = {
    # A key to another row of a tenant carries the tenant: PostgreSQL itself forbids the rest.
    "I-1": """
        select c.conrelid::regclass::text || '.' || c.conname from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'app'::regnamespace
          and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'tenant_id')
          and not exists (select from pg_attribute a
                          where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'tenant_id')""",
    "I-2": """
        select t.id from app.tenant t where t.kind = 'CUSTOMER'
          and (select count(*) from app.workspace w where w.tenant_id = t.id and w.is_default)
            <> (exists (select from app.agreement a where a.tenant_id = t.id and a.activated_at is not null))::int""",
    # Whoever is no member of a workspace has no role, group or share in it.
    "I-3": """
        with member as (select tenant_id, workspace_id, user_id from app.role_grant where role = 'MEMBER')
        select g.id from app.role_grant g where g.workspace_id is not null
          and (g.tenant_id, g.workspace_id, g.user_id) not in (table member)
        union all
        select m.user_id from app.support_group_member m join app.support_group s
          on s.tenant_id = m.tenant_id and s.id = m.group_id
        where (m.tenant_id, s.workspace_id, m.user_id) not in (table member)
        union all
        select h.id from app.incident_share h join app.incident i on i.tenant_id = h.tenant_id and i.id = h.incident_id
        where h.user_id is not null and (h.tenant_id, i.workspace_id, h.user_id) not in (table member)""",
    "I-4": """
        select id from app.invitation
        where (status = 'REDEEMED') <> (redeemed_by is not null) or (status = 'REDEEMED') <> (redeemed_at is not null)
        union all
        select min(id::text)::uuid from app.invitation group by token_hash having count(*) > 1""",
    "I-5": """
        select p.id from app.package p join app.agreement a on a.tenant_id = p.tenant_id and a.id = p.agreement_id
        where p.starts_on < a.starts_on or p.ends_on > a.ends_on""",
    "I-6": "select id from app.entitlement where allocation_type = 'HOURS' and decrease_on <> 'CASE_RESOLUTION'",
    "I-7": """
        select id from app.entitlement where is_default and state <> 'ACTIVE'
        union all
        select customer_id from app.entitlement where is_default group by tenant_id, customer_id having count(*) > 1""",
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
    "I-11": """
        select c.id from app.consumption c join app.entitlement e
          on e.tenant_id = c.tenant_id and e.id = c.entitlement_id
        where not e.is_consumable""",
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
    "I-15": """
        select incident_id from app.queue_item where state = 'ACTIVE'
        group by tenant_id, incident_id having count(*) > 1
        union all
        select tenant_id from app.routing_rule_set where state = 'ACTIVE' group by tenant_id having count(*) > 1
        union all
        select incident_id from app.incident_share where group_id is not null
        group by tenant_id, incident_id having count(*) > 1""",
    # What is still so of an active case: the customer, and what the lists name.
    "I-16": """
        select i.id from app.incident i join app.entitlement e on e.tenant_id = i.tenant_id and e.id = i.entitlement_id
        where i.state = 'ACTIVE' and (
          (e.customer_id is not null and e.customer_id <> i.customer_id)
          or exists (select from app.entitlement_channel h where h.entitlement_id = e.id and h.origin = i.origin
                     and h.total_terms = 0)
          or (exists (select from app.entitlement_product p where p.entitlement_id = e.id) and not exists (
              select from app.entitlement_product p where p.entitlement_id = e.id and p.product_id = i.product_id))
          or (exists (select from app.entitlement_contact p where p.entitlement_id = e.id) and not exists (
              select from app.entitlement_contact p where p.entitlement_id = e.id
                and p.customer_id = coalesce(i.contact_id, i.customer_id))))""",
    "I-17": """
        select i.id from app.incident i join app.product p on p.tenant_id = i.tenant_id and p.id = i.product_id
        where p.structure = 'FAMILY' or p.state = 'DRAFT'""",
    "I-18": "select id from app.subscription where licenses_assigned < 0 or licenses_sold < 0",
    "I-19": """
        select id from app.incident i where not exists (
          select from app.timeline_entry e where e.incident_id = i.id and e.record_type = 'AUTO_POST')""",
    # Two years, and half a year more for each extension that was taken.
    "I-20": """
        select id from app.partner_relationship where kind = 'DELEGATED' and activated_at is not null and (
          ends_at > activated_at + interval '2 years' + greatest(auto_extend_days, 0) * interval '1 day'
          or (auto_extend_days > 0 and 'GLOBAL_ADMIN' = any (roles)))""",
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
