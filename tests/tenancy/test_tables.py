"""The shape of the tables, and the invariants that PostgreSQL holds for them."""

from typing import Any

import pytest
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import RelationshipProperty, configure_mappers

from tenancy.tables import Agreement, Case, Customer, Package, Passing, Table, owned_tables, shared_tables

OWNED = [table.__table__ for table in owned_tables()]
RELATIONSHIPS = [
    relation for table in (*owned_tables(), *shared_tables()) for relation in table.__mapper__.relationships
]
NOT_LED_BY_THE_TENANT = {
    # Asked before a tenant is known, or by jobs that cross tenants. None of them is unique.
    "ix_invitation_token_hash",
    "ix_invitation_remind_at",
    "ix_role_grant_user_id",
    "ix_partner_relationship_partner",
    "ix_partner_relationship_ends_at",
    "ix_subscription_partner_tenant_id",
    "ix_idempotency_key_created_at",
    "ix_outbox_event_unpublished",
    "ix_sla_kpi_instance_failing",
    "ix_sla_kpi_instance_warning",
    "ix_export_job_unfinished",
    "ix_export_job_expires_at",
    "ix_live_subscription_process",
    "ix_webhook_active",
    "ix_webhook_delivery_ended_at",
}


def test_every_table_is_owned_or_shared_and_only_two_are_shared() -> None:
    """What passes is nobody's but for the roll of who listens; a crash may empty it."""
    assert [table.__name__ for table in shared_tables() if not issubclass(table, Passing)] == ["User", "Tenant"]
    assert [table.__name__ for table in shared_tables() if issubclass(table, Passing)] == [
        "BrowserRecord",
        "RateBucket",
    ]
    assert len(owned_tables()) + len(shared_tables()) == len(Table.metadata.tables)


@pytest.mark.parametrize("table", OWNED, ids=str)
def test_keys_of_an_owned_table_lead_with_the_tenant(table: CoreTable) -> None:
    """H-3"""
    assert table.primary_key.columns[0].name == "tenant_id"
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert constraint.columns[0].name == "tenant_id"


@pytest.mark.parametrize("table", OWNED, ids=str)
def test_references_between_owned_rows_carry_the_tenant(table: CoreTable) -> None:
    """I-1"""
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and "tenant_id" in constraint.referred_table.columns:
            assert constraint.column_keys[0] == "tenant_id"
            assert constraint.elements[0].column.name == "tenant_id"


@pytest.mark.parametrize("table", OWNED, ids=str)
def test_indexes_of_an_owned_table_lead_with_the_tenant_but_for_a_closed_list(table: CoreTable) -> None:
    for index in table.indexes:
        if index.name in NOT_LED_BY_THE_TENANT:
            assert not index.unique
        else:
            assert next(iter(index.columns)).name == "tenant_id"


@pytest.mark.parametrize("table", [*owned_tables(), *shared_tables()])
def test_every_table_says_what_a_row_is(table: type[Table]) -> None:
    assert table.__doc__
    assert not table.__doc__.startswith(f"{table.__name__}(")


@pytest.mark.parametrize("relation", RELATIONSHIPS, ids=str)
def test_no_row_fetches_behind_your_back(relation: "RelationshipProperty[Any]") -> None:
    assert relation.lazy == "raise"


@pytest.mark.parametrize("relation", RELATIONSHIPS, ids=str)
def test_a_relationship_between_owned_rows_compares_the_tenant_too(relation: "RelationshipProperty[Any]") -> None:
    pairs = {(here.name, there.name) for here, there in relation.local_remote_pairs or ()}
    both_owned = all("tenant_id" in mapper.columns for mapper in (relation.parent, relation.mapper))
    assert (("tenant_id", "tenant_id") in pairs) is both_owned


def test_assigning_a_relationship_fills_the_id_and_leaves_the_tenant_alone() -> None:
    configure_mappers()
    relation = Case.__mapper__.relationships["customer"]
    assert [(there.name, here.name) for there, here in relation.synchronize_pairs] == [("id", "customer_id")]


def test_the_mapper_knows_the_neighbours_of_a_noun() -> None:
    assert {"owner", "customer", "contact", "entitlement", "workspace", "agreement", "package", "parent"} <= set(
        Case.__mapper__.relationships.keys()
    )
    assert Package.__mapper__.relationships["agreement"].mapper.class_ is Agreement
    assert not Customer.__mapper__.relationships["account"].uselist
