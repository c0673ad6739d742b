"""The invariants that the database holds with constraints: each is broken once, and refused by name."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy import Table as CoreTable

from tenancy.tables import Table, owned_tables
from tests.tenancy.connections import Connection, undone
from tests.tenancy.rows import NOW, A, B, insert

OWNED = [table.__table__ for table in owned_tables()]


def _row(name: str, /, **changes: Any) -> tuple[CoreTable, dict[str, Any]]:
    """A second row of A's for a table, changed."""
    table = Table.metadata.tables[f"app.{name}"]
    values = A.values(table)
    if "id" in values:
        values["id"] = A.row(f"second {name}")
    return table, values | changes


REFUSED: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "personal accounts come from the consumer tenant alone": (
        "app_user",
        {"account_type": "PERSONAL", "oid": A.row("other")},
        "ck_app_user_type_follows_tid",
    ),
    "max_children is at most 100": ("tenant", {"max_children": 101}, "ck_tenant_max_children"),
    "a word is one of its vocabulary": ("tenant", {"kind": "FRIEND"}, "ck_tenant_tenantkind"),
    "a workspace role needs a workspace": ("role_grant", {"role": "MEMBER"}, "ck_role_grant_scope"),
    "a tenant role has none": (
        "role_grant",
        {"role": "CSAM", "workspace_id": A.row("workspace")},
        "ck_role_grant_scope",
    ),
    "one grant per role, nulls equal": ("role_grant", {}, "uq_role_grant_user_id_workspace_id_role"),
    "partner and customer differ": (
        "partner_relationship",
        {"partner_tenant_id": A.id},
        "ck_partner_relationship_two_parties",
    ),
    "I-20 two years": (
        "partner_relationship",
        {"kind": "DELEGATED", "activated_at": NOW, "ends_at": NOW.replace(year=2027, month=6, day=17)},
        "ck_partner_relationship_two_years",
    ),
    "I-20 no extension of a global administrator": (
        "partner_relationship",
        {"roles": ["GLOBAL_ADMIN"], "auto_extend_days": 180},
        "ck_partner_relationship_no_endless_admin",
    ),
    "extension is 0 or 180 days": (
        "partner_relationship",
        {"auto_extend_days": 30},
        "ck_partner_relationship_extension",
    ),
    "a list of words holds words": ("invitation", {"roles": ["KING"], "email": "x"}, "ck_invitation_roles"),
    "I-2 one default workspace": ("workspace", {"name": "second", "is_default": True}, "uq_workspace_default"),
    "one pending invitation per mail": (
        "invitation",
        {"token_hash": b"second"},
        "uq_invitation_pending",
    ),
    "I-4 a redeemed invitation names its user": (
        "invitation",
        {"status": "REDEEMED", "redeemed_at": NOW, "email": "x", "token_hash": b"second"},
        "ck_invitation_redeemed_by_one",
    ),
    "I-6 hours go with resolution": (
        "entitlement",
        {"allocation_type": "HOURS", "decrease_on": "CASE_CREATION"},
        "ck_entitlement_hours_on_resolution",
    ),
    "I-6 not even with nothing": ("entitlement", {"allocation_type": "HOURS"}, "ck_entitlement_hours_on_resolution"),
    "I-7 a default is active": (
        "entitlement",
        {"is_default": True, "state": "DRAFT"},
        "ck_entitlement_default_is_active",
    ),
    "a ledger row has a quantity": ("consumption", {"quantity": 0}, "ck_consumption_quantity"),
    "I-12 own parent": ("incident", {"parent_id": A.row("second incident")}, "ck_incident_own_parent"),
    "I-13 status agrees with state": ("incident", {"state": "RESOLVED"}, "ck_incident_status_of_state"),
    "I-13 merged without master": (
        "incident",
        {"state": "CANCELLED", "status": "MERGED"},
        "ck_incident_master_of_merged",
    ),
    "I-13 master without merged": (
        "incident",
        {"master_id": A.row("incident")},
        "ck_incident_master_of_merged",
    ),
    "one ticket number per tenant": ("incident", {}, "uq_incident_ticket_number"),
    "an activity has a kind": ("timeline_entry", {"record_type": "ACTIVITY"}, "ck_timeline_entry_activity"),
    "a share has one target": (
        "incident_share",
        {"group_id": A.row("support_group")},
        "ck_incident_share_one_target",
    ),
    "a rule has one target": ("routing_rule", {"assignee_id": None, "position": 2}, "ck_routing_rule_one_target"),
    "I-14 one open clock per case and item": ("sla_kpi_instance", {}, "uq_sla_kpi_instance_open"),
    "I-15 one active queue item": ("queue_item", {}, "uq_queue_item_active"),
    "I-15 one active rule set": ("routing_rule_set", {"state": "ACTIVE"}, "uq_routing_rule_set_active"),
    "I-18 sold": ("subscription", {"licenses_sold": -1}, "ck_subscription_sold"),
    "I-18 assigned": ("subscription", {"licenses_assigned": -1}, "ck_subscription_assigned"),
    "the tenant's own customer is an account": (
        "customer",
        {"is_self": True, "kind": "CONTACT"},
        "ck_customer_self_is_an_account",
    ),
    "D-39 one own customer": ("customer", {"is_self": True}, "uq_customer_is_self"),
}

BEFORE = {
    "uq_workspace_default": "update app.workspace set is_default = true",
    "uq_routing_rule_set_active": "update app.routing_rule_set set state = 'ACTIVE'",
    "uq_customer_is_self": "update app.customer set is_self = true",
}


@pytest.mark.parametrize(("table", "changes", "constraint"), REFUSED.values(), ids=REFUSED.keys())
async def test_the_database_refuses(
    furnished: Connection, table: str, changes: Mapping[str, Any], constraint: str
) -> None:
    async with undone(furnished):
        await furnished.execute(BEFORE.get(constraint, "select"))
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refusal:
            await insert(furnished, *_row(table, **changes))
    assert refusal.value.constraint_name == constraint


async def test_a_second_row_is_fine_where_nothing_forbids_it(furnished: Connection) -> None:
    """So that the refusals above are refusals of the change, not of the second row."""
    async with undone(furnished):
        await insert(furnished, *_row("incident", ticket_number="second"))
        await insert(furnished, *_row("entitlement", allocation_type="HOURS", decrease_on="CASE_RESOLUTION"))
        await insert(furnished, *_row("queue_item", state="INACTIVE"))
        await insert(furnished, *_row("sla_kpi_instance", status="SUCCEEDED"))


async def test_one_group_share_per_case_but_many_people(furnished: Connection) -> None:
    """I-15"""
    async with undone(furnished):
        group = {"user_id": None, "group_id": A.row("support_group")}
        await insert(furnished, *_row("incident_share", **group))
        with pytest.raises(asyncpg.UniqueViolationError) as refusal:
            await insert(furnished, *_row("incident_share", id=A.row("third"), **group))
    assert refusal.value.constraint_name == "uq_incident_share_group"


ALONGSIDE = {
    # What a CHECK wants to be set together with the reference.
    "customer.account_id": ", kind = 'CONTACT'",
    "incident.master_id": ", state = 'CANCELLED', status = 'MERGED'",
    "incident_share.group_id": ", user_id = null",
    "role_grant.workspace_id": ", role = 'MEMBER'",
    "routing_rule.queue_id": ", assignee_id = null",
}


@pytest.mark.parametrize("table", OWNED, ids=str)
async def test_a_foreign_parent_and_an_absent_one_are_refused_alike(furnished: Connection, table: CoreTable) -> None:
    """I-1, T-03: the answer does not tell whether the id exists in another tenant."""
    references = [
        constraint.column_keys[1]
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and len(constraint.column_keys) == 2
    ]
    for column in references:
        answers = []
        also = ALONGSIDE.get(f"{table.name}.{column}", "")
        for parent in (B.row(_referred(table, column)), A.row("no such row")):
            async with undone(furnished):
                with pytest.raises(asyncpg.ForeignKeyViolationError) as refusal:
                    await furnished.execute(
                        f"update {table.fullname} set {column} = $1 {also} where tenant_id = $2",  # noqa: S608 (names from the metadata)
                        parent,
                        A.id,
                    )
            answers.append((refusal.value.constraint_name, str(refusal.value).replace(parent, "THE ID")))
        assert answers[0] == answers[1]


def _referred(table: CoreTable, column: str) -> str:
    return next(key.column.table.name for key in table.columns[column].foreign_keys)


async def test_a_name_that_another_tenant_uses_is_free(furnished: Connection) -> None:
    """T-04: A and B hold the same numbers, names, mails and tickets already."""
    numbers = await furnished.fetch("select tenant_id::text, number from app.agreement order by 1")
    assert [row["number"] for row in numbers] == ["text", "text"]
    assert sorted(row["tenant_id"] for row in numbers) == sorted([A.id, B.id])
