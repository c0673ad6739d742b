"""Every statement that the house can say carries the tenant, table by table, sub-query by sub-query (H-2)."""

import gc
import re
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import func, inspect, select, union_all
from sqlalchemy.orm import RelationshipDirection, aliased

from resolvers.loaders import by_id
from resolvers.relations import Fold, Relation
from schema.contract import contract
from tenancy import boundaries
from tenancy.boundaries import BOUNDARIES, floor
from tenancy.boundaries.floor import settled
from tenancy.database import Row
from tenancy.statements import Reach, Statement, Text, same
from tenancy.tables import (
    Case,
    Customer,
    Product,
    Table,
    Tenant,
    Workspace,
    owned_tables,
    shared_tables,
)

pytestmark = pytest.mark.lock("boundaries")

EVERY = [*owned_tables(), *shared_tables()]
TENANT = re.compile(r"([\w.]+)\.tenant_id = \$(\d+)")
EQUAL = re.compile(r"([\w.]+)\.tenant_id = ([\w.]+)\.tenant_id")
NAMED = re.compile(r"\b(?:FROM|JOIN|,)\s+app\.(\w+)(?: AS (\w+))?")
HOLDINGS = [frozenset[str](), frozenset(floor._FLAGS)]
SHARED = {table.__tablename__ for table in shared_tables()} | {"role_grant", "partner_relationship"}
"""People and organisations: whose they are is a question of grants and relationships, told by their boundaries."""


def unfenced(statement: Statement) -> set[str]:
    """The tables of a statement that are neither held to the viewer's tenant nor tied to one that is, whatever flags
    the viewer holds."""
    return set().union(*(_unfenced(statement.text(holding), _closed(holding)) for holding in HOLDINGS))


def _unfenced(text: Text, closed: frozenset[str]) -> set[str]:
    place = str(list(text.names).index(floor.TENANT) + 1) if floor.TENANT in text.names else ""
    held = {alias for alias, number in TENANT.findall(text.sql) if number == place}
    ties = EQUAL.findall(text.sql)
    while more := {b if a in held else a for a, b in ties if (a in held) != (b in held)}:
        held |= more
    named = {(table, alias or f"app.{table}") for table, alias in NAMED.findall(text.sql) if table not in SHARED}
    shut = closed if "false" in text.sql else frozenset()
    return {alias for table, alias in named if alias not in held and table not in shut}


@cache
def _closed(holding: frozenset[str]) -> frozenset[str]:
    """The tables of which viewers with these flags see no row at all."""
    with settled(holding):
        return frozenset(table.__tablename__ for table in EVERY if str(boundaries.boundary(table)(table)) == "false")


def everything_said() -> Iterator[tuple[str, Statement]]:
    """The statements that exist after the contract was loaded, and those that its lists and loaders can make."""
    assert contract
    for found in gc.get_objects():
        if isinstance(found, Statement):
            yield str(found.source)[:80], found
        elif type(found).__name__ == "Listing":
            yield found.name, found.rows(frozenset(found.filters), found.order, True, frozenset(), ())
            for fold in _folds(found.table):
                told = f"{found.name} with {fold.relation.local}"
                yield told, found.rows(frozenset(), found.order, False, frozenset({fold.relation.local}), (fold,))
            yield f"{found.name}, counted", found.count(frozenset(found.filters))
    for table in (each for each in EVERY if "id" in each.__table__.c):
        yield table.__name__, by_id(table, frozenset(), Row)
        yield f"{table.__name__} with all that it names", by_id(table, frozenset(), Row, tuple(_folds(table)))


def _folds(table: type[Table]) -> Iterator[Fold]:
    """Every relation of the table to one other row, with its id."""
    for each in inspect(table).relationships:
        named = {column.key for column in each.local_columns} - {"tenant_id"}
        if each.direction is RelationshipDirection.MANYTOONE and len(named) == 1:
            yield Fold(Relation.of(each.class_attribute), frozenset({"id"}), ())


def test_every_statement_of_the_house_names_the_tenant_of_every_table() -> None:
    said = list(everything_said())
    assert len(said) > 100
    assert {told: bare for told, statement in said if (bare := unfenced(statement))} == {}


def test_the_search_for_unfenced_tables_finds_them() -> None:
    bare = Statement(
        select(Case.__table__.c.id, Workspace.id).join(Workspace, Workspace.id == Case.__table__.c.workspace_id)
    )
    assert unfenced(bare) == {"app.incident"}


@pytest.mark.parametrize("table", EVERY)
def test_every_table_has_a_boundary_that_says_whose_the_rows_are(table: type[Table]) -> None:
    assert BOUNDARIES[table].__doc__


@pytest.mark.parametrize("reach", Reach)
@pytest.mark.parametrize("table", owned_tables())
def test_no_owned_table_is_read_without_its_tenant(table: type[Table], reach: Reach) -> None:
    """However it is named: itself, an alias, a sub-query, a count, a union."""
    (key, *_) = (column.key for column in table.__table__.primary_key if column.key != "tenant_id")
    other = aliased(table)
    shapes = [
        select(func.count()).select_from(other),
        select(select(getattr(table, key)).subquery()),
        select(Tenant.id).where(select(getattr(table, key)).exists()),
        union_all(select(getattr(table, key)), select(getattr(other, key))),
        select(func.count()).select_from(table).join(other, getattr(other, key) == getattr(table, key)),
    ]
    for shape in shapes:
        assert unfenced(Statement(shape, reach=reach)) == set()


def test_a_table_that_nobody_gave_a_boundary_shows_nobody_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {table: boundary for table, boundary in BOUNDARIES.items() if table is not Product}
    monkeypatch.setattr(boundaries, "BOUNDARIES", known)
    assert "WHERE false" in Statement(select(Product.id)).text(frozenset(["v_never_met_before"])).sql


def test_the_same_is_the_same_in_one_tenant() -> None:
    """H-3: of an alias as of its class"""
    child = aliased(Case, name="child")
    joined = str(same(child.parent_id, Case.id))
    assert joined == "child.tenant_id = app.incident.tenant_id AND child.parent_id = app.incident.id"


def test_a_statement_is_compiled_once_for_each_set_of_flags_and_knows_its_own_values() -> None:
    statement = Statement(select(Customer.id).where(Customer.name == "x").limit(3))
    one, other = statement.text(frozenset()), statement.text(frozenset(["v_desk"]))
    assert one is statement.text(frozenset())
    assert one.sql != other.sql
    facts = {name: None for name in one.names if name.startswith("v_")}
    assert {"x", 3, "t"} <= set(one.arguments({**facts, floor.TENANT: "t"}, {}))
    assert sorted(map(str, other.arguments({floor.TENANT: "t"}, {}))) == ["3", "t", "x"]
