"""What only the whole file, and what is there already, can answer: keys, references, conditions, invariants."""

from typing import Any

import pytest

from tenancy.importing import import_records
from tenancy.importing.shapes import shapes
from tests.ground import Address
from tests.tenancy.importing.examples import Record, bent, first, numbers, records

_ABSENT = "ffffffff-0000-4000-8000-000000000000"


async def _problems(database: Address, lines: list[Record]) -> list[str]:
    report = await import_records(database.system, "f", lines)
    assert not report.ok, "loaded, although something is wrong"
    return [str(problem) for problem in report.problems]


@pytest.mark.parametrize(
    ("table", "columns", "rule"),
    [
        ("agreement", {"starts_on": "2026-01-01"}, "must hold: starts_on <= ends_on"),
        ("tenant", {"max_children": 101}, "must hold: max_children between 1 and 100"),
        ("app_user", {"account_type": "PERSONAL"}, "must hold: (tid = '9188040d"),
        ("invitation", {"status": "REDEEMED"}, "must hold: (status = 'REDEEMED') = (redeemed_at is not null)"),
        ("invitation", {"roles": ["KING"]}, "must hold: roles <@ ARRAY["),
        ("role_grant", {"role": "CSAM"}, "must hold: (workspace_id is not null) = (role in ("),
        ("entitlement", {"allocation_type": "HOURS"}, "must hold: allocation_type <> 'HOURS'"),
        ("entitlement", {"total_terms": -1}, "must hold: total_terms >= 0"),
        ("consumption", {"quantity": 0}, "must hold: quantity <> 0"),
        ("incident", {"status": "MERGED", "state": "CANCELLED"}, "must hold: (master_id is not null) = "),
        ("incident", {"state": "RESOLVED"}, "must hold: (state = 'ACTIVE' and status in ("),
        ("incident_share", {"group_id": None}, "must hold: num_nonnulls(user_id, group_id) = 1"),
        ("timeline_entry", {"activity_type": "EMAIL"}, "must hold: (record_type = 'ACTIVITY') ="),
        ("subscription", {"licenses_sold": -1}, "must hold: licenses_sold >= 0"),
        ("freshness", {"source": "Prices!"}, "must hold: source ~"),
        (
            "partner_relationship",
            {"kind": "DELEGATED", "ends_at": "2028-01-01T00:00:00Z"},
            "must hold: kind = 'RESELLER' or auto_extend_days = 180 or",
        ),
    ],
)
async def test_a_line_that_breaks_a_condition_of_its_table_is_named(
    database: Address, table: str, columns: dict[str, Any], rule: str
) -> None:
    """I-6, I-13, I-15, I-18, I-20, and whatever else the tables say of one row."""
    line = next(numbers(table))
    problems = await _problems(database, bent(table, **columns))
    assert any(problem.startswith(f"f:{line}: {table}: {rule}") for problem in problems), problems


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("package", "agreement_id", "agreement in this tenant"),
        ("incident", "parent_id", "incident in this tenant"),
        ("incident", "owner_id", "app_user"),
        ("customer", "account_id", "customer in this tenant"),
        ("partner_relationship", "partner_tenant_id", "tenant"),
        ("license_activity", "subscription_id", "subscription in this tenant"),
        ("agreement", "tenant_id", "tenant"),
    ],
)
async def test_a_reference_into_the_void_is_named_with_its_line(
    database: Address, table: str, column: str, target: str
) -> None:
    problems = await _problems(database, bent(table, **{column: _ABSENT}))
    assert f"f:{next(numbers(table))}: {table}.{column}: refers to no {target}" in problems


async def test_a_reference_into_another_tenant_is_one_into_the_void(database: Address) -> None:
    """I-1."""
    foreign = bent("package", tenant_id=first("partner_relationship")["partner_tenant_id"])
    assert f"f:{next(numbers('package'))}: package.agreement_id: refers to no agreement in this tenant" in (
        await _problems(database, foreign)
    )


async def test_a_key_that_is_twice_in_a_file_is_named_with_the_line_of_the_first(database: Address) -> None:
    again = [*records(), {**first("subject"), "title": "Mail again"}]
    line = next(numbers("subject"))
    assert await _problems(database, again) == [
        f"f:{len(again)}: subject.id: must be unique: the same is in line {line}"
    ]


@pytest.mark.parametrize(
    ("table", "columns", "subject"),
    [
        ("agreement", {}, "number"),
        ("incident", {"parent_id": None}, "ticket_number"),
        ("workspace", {"is_default": False}, "name"),
        ("workspace", {"name": "Other"}, "tenant_id"),
        ("customer", {"name": "Other"}, "tenant_id"),
        ("sla", {"name": "Other"}, "tenant_id"),
        ("role_grant", {}, "user_id, workspace_id, role"),
        ("sla_item", {}, "sla_id, kpi, applicable_when"),
        ("incident_share", {}, "incident_id"),
        ("queue_item", {}, "incident_id"),
        ("sla_kpi_instance", {}, "incident_id, sla_item_id"),
    ],
)
async def test_what_is_unique_is_unique_within_a_file(
    database: Address, table: str, columns: dict[str, Any], subject: str
) -> None:
    """I-2, I-14, I-15: also where only some rows must be unique, and where nulls are equal."""
    twin = {**first(table), "id": _ABSENT, **columns}
    problems = await _problems(database, [*records(), twin])
    expected = f"f:{len(records()) + 1}: {table}.{subject}: must be unique: the same is in line {next(numbers(table))}"
    assert expected in problems


async def test_what_is_unique_is_unique_beyond_the_file(fresh_database: Address) -> None:
    assert (await import_records(fresh_database.system, "f", records())).ok
    twin = {**first("agreement"), "id": _ABSENT}
    assert await _problems(fresh_database, [twin]) == [
        "f:1: agreement.number: must be unique: another row has the same"
    ]
    default = {**first("workspace"), "id": _ABSENT, "name": "Other"}
    assert await _problems(fresh_database, [default]) == [
        "f:1: workspace.tenant_id: must be unique: another row has the same"
    ]


async def test_two_rows_may_swap_what_is_unique_only_one_after_the_other(fresh_database: Address) -> None:
    """The questions know that both rows change; the database looks row by row, and has the last word."""
    one, other = first("agreement"), {**first("agreement"), "id": _ABSENT, "number": "U-2"}
    assert (await import_records(fresh_database.system, "f", [*records(), other])).ok
    swapped = [{**one, "number": "U-2"}, {**other, "number": one["number"]}]
    problems = await _problems(fresh_database, swapped)
    assert len(problems) == 1
    assert "uq_agreement_number" in problems[0]


async def test_the_tenant_of_a_unique_number_may_differ(fresh_database: Address) -> None:
    """T-04: one tenant's numbers tell nothing about another's."""
    partner = first("partner_relationship")["partner_tenant_id"]
    twin = {**first("agreement"), "tenant_id": partner, "id": _ABSENT}
    assert (await import_records(fresh_database.system, "f", [*records(), twin])).ok


async def test_lines_that_are_wrong_by_themselves_are_all_named_at_once(database: Address) -> None:
    broken: list[Record] = [
        {"table": "subject", "tenant_id": "x", "id": _ABSENT, "title": 4, "colour": "red"},
        {"table": "freshness"},
    ]
    assert await _problems(database, broken) == [
        "f:1: subject.colour: is no column of this table",
        "f:1: subject.tenant_id: must be a uuid such as 123e4567-e89b-12d3-a456-426614174000",
        "f:1: subject.title: must be text",
        "f:2: freshness.as_of: is required",
        "f:2: freshness.loaded_at: is required",
        "f:2: freshness.source: is required",
        "f:2: freshness.tenant_id: is required",
    ]


async def test_what_the_database_numbers_is_not_in_a_file(database: Address) -> None:
    numbered = [{**first("audit_entry"), "id": 1}]
    assert await _problems(database, numbered) == ["f:1: audit_entry.id: is numbered by the database"]


async def test_records_from_memory_name_their_table_too(database: Address) -> None:
    assert await _problems(database, [{"id": _ABSENT}, first("subject") | {"table": "topic"}]) == [
        "f:1: table: is required",
        f"f:2: table: must be one of {', '.join(sorted(shapes()))}",
    ]


async def test_no_more_than_a_hundred_problems_are_listed(database: Address) -> None:
    many = [{"table": "subject", "id": _ABSENT, "tenant_id": _ABSENT, "title": 1} for _ in range(150)]
    report = await import_records(database.system, "f", many)
    assert (len(report.problems), report.more) == (100, True)
    dangling = [{**line, "id": f"{n:08}-0000-4000-8000-000000000000", "title": ""} for n, line in enumerate(many)]
    report = await import_records(database.system, "f", dangling)
    assert (len(report.problems), report.more) == (100, True)
