"""The permission table and the boundaries as texts, so that a security review is the diff of two files (5.6)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.dialects import postgresql

from tenancy import tables as t
from tenancy.boundaries import (
    BOUNDARIES,
    CUSTOMERS,
    LISTED,
    MINE,
    MY_QUEUES,
    MY_SHARES,
    OPEN_QUEUES,
    SHARED_WITH_ME,
    SHARED_WITH_MY_GROUPS,
    WORKED_BY_ME,
)
from tenancy.permissions import EXERCISABLE, GRANTS, Action, allows
from tenancy.words import PARTNER_ROLES, TENANT_ROLES, WORKSPACE_ROLES, AccountType, Role
from tests.golden import compare

HERE = Path(__file__).parent
GROUPS = {
    "A role in the tenant": TENANT_ROLES,
    "A role in a workspace": WORKSPACE_ROLES,
    "A role in a partner": PARTNER_ROLES,
}
LETTERS = {AccountType.WORK_SCHOOL: "W", AccountType.PERSONAL: "P", AccountType.APPLICATION: "A"}


def matrix() -> Iterator[str]:
    yield "Which account types may do what with which role: W work or school, P personal, A application."
    for title, roles in GROUPS.items():
        ordered = [role for role in Role if role in roles]
        names = [role.removeprefix("PARTNER_") for role in ordered]
        yield ""
        yield _row(title, names, names)
        for action in Action:
            yield _row(action, [_cell(role, action) for role in ordered], names)


def _row(head: str, cells: list[str], names: list[str]) -> str:
    columns = (f"{cell:<{len(name) + 2}}" for cell, name in zip(cells, names, strict=True))
    return (f"{head:<24}" + "".join(columns)).rstrip()


def _cell(role: Role, action: Action) -> str:
    return "".join(letter for kind, letter in LETTERS.items() if allows(kind, frozenset({role}), action)) or "."


def boundaries() -> Iterator[str]:
    yield "Which rows of a table a viewer may touch. Parameters that begin with v_ are facts of the viewer."
    for table, boundary in sorted(BOUNDARIES.items(), key=lambda each: each[0].__tablename__):
        yield from ("", table.__tablename__, *_printed(table, boundary(table)))
    yield from ("", "Which of them a list shows that asks for the viewer's own.")
    for name, (table, condition) in LISTS.items():
        yield from ("", f"{name} of {table.__tablename__}", *_printed(table, condition))


LISTS: dict[str, tuple[type[t.Table], ColumnElement[bool]]] = {
    "LISTED": (t.Workspace, LISTED),
    "MINE": (t.Case, MINE),
    "SHARED_WITH_ME": (t.Case, SHARED_WITH_ME),
    "SHARED_WITH_MY_GROUPS": (t.Case, SHARED_WITH_MY_GROUPS),
    "MY_SHARES": (t.CaseShare, MY_SHARES),
    "OPEN_QUEUES": (t.Queue, OPEN_QUEUES),
    "MY_QUEUES": (t.Queue, MY_QUEUES),
    "WORKED_BY_ME": (t.QueueItem, WORKED_BY_ME),
    "CUSTOMERS": (t.Tenant, CUSTOMERS),
}


def _printed(table: type[t.Table], condition: ColumnElement[bool]) -> Iterator[str]:
    rows: Select[Any] = select(literal_column("row")).select_from(table).where(condition)
    compiled = rows.compile(dialect=postgresql.dialect(paramstyle="named"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    yield from _lines(str(compiled).replace("app.", "").partition("WHERE ")[2])
    constants = {name: value for name, value in compiled.params.items() if not name.startswith("v_")}
    yield from (f"    :{name} is {value}" for name, value in constants.items())


def _lines(condition: str) -> Iterator[str]:
    """A line for each bracket that opens a question of its own."""
    for line in condition.replace(" \n", " ").replace("\n", " ").replace("(EXISTS", "\n(EXISTS").splitlines():
        yield f"    {line.strip()}"


def test_the_permissions_are_those_that_were_reviewed(request: pytest.FixtureRequest) -> None:
    compare(request, HERE / "matrix.txt", "\n".join(matrix()) + "\n")


@pytest.mark.lock("boundaries")
def test_the_boundaries_are_those_that_were_reviewed(request: pytest.FixtureRequest) -> None:
    compare(request, HERE / "boundaries.txt", "\n".join(boundaries()) + "\n")


def test_every_action_is_open_to_somebody() -> None:
    assert set(GRANTS) == set(Action)
    assert [action for action, roles in GRANTS.items() if not roles] == []


def test_every_role_belongs_to_one_place() -> None:
    assert sorted(role for roles in GROUPS.values() for role in roles) == sorted(Role)


def test_a_personal_account_never_acts_for_the_operator_or_a_partner() -> None:
    assert EXERCISABLE[AccountType.PERSONAL].isdisjoint({Role.CSAM, Role.ACCOUNT_COORDINATOR} | PARTNER_ROLES)


def test_an_application_reads_insights_and_looks_after_its_webhooks_and_does_nothing_else() -> None:
    """D-30, decision 0015"""
    may = [action for action in Action if allows(AccountType.APPLICATION, frozenset(Role), action)]
    assert may == [Action.READ_INSIGHTS, Action.USE_WEBHOOKS]


def test_every_table_has_a_boundary_of_its_own() -> None:
    """A new table without one shows nobody a row, and fails here."""
    assert {mapper.class_ for mapper in t.Table.registry.mappers} == set(BOUNDARIES)


# Domain section 5.6, as it is written there: a column of roles, a line per action.
SUMMARY = """
SEE_ACTIVITY           CUSTOMER_ACTIVITY WORKSPACE_ADMIN GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
SEE_EVERY_CASE         VIEW_ALL_SUPPORT_REQUESTS WORKSPACE_ADMIN GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
                       SERVICE_REPRESENTATIVE SERVICE_MANAGER
OPEN_CASE              SUPPORT_CONTACT SERVICE_REPRESENTATIVE SERVICE_MANAGER
EXPORT_EDUCATION       LEARNING_MANAGER WORKSPACE_ADMIN GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
MANAGE_USERS           WORKSPACE_ADMIN GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
CREATE_WORKSPACE       CSAM ACCOUNT_COORDINATOR
SET_PERSONAL_ACCOUNTS  GLOBAL_ADMIN CSAM ACCOUNT_COORDINATOR
READ_INSIGHTS          PARTNER_GLOBAL_ADMIN PARTNER_USER_ADMIN PARTNER_ADMIN_AGENT PARTNER_SALES_AGENT
                       PARTNER_INSIGHTS_READER
CONTROL_DECREMENT      SERVICE_MANAGER
MANAGE_ENTITLEMENTS    SERVICE_MANAGER
MANAGE_SUBJECTS        SERVICE_MANAGER
"""


@pytest.mark.parametrize("line", SUMMARY.strip().replace("\n  ", " ").splitlines(), ids=lambda line: line.split()[0])
def test_the_table_says_what_the_summary_says(line: str) -> None:
    action, *roles = line.split()
    assert GRANTS[Action(action)] == frozenset(map(Role, roles))
