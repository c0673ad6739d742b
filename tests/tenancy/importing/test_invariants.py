"""The invariants over several rows, each broken by one line of an otherwise good file."""

from typing import Any

import pytest

from tenancy.importing import import_records
from tests.ground import Address
from tests.tenancy.importing.examples import Record, bent, first, records

_NEW = "ffffffff-0000-4000-8000-000000000001"


def _with(table: str, **columns: Any) -> list[Record]:
    """All examples, and one more like the first of a table."""
    return [*records(), {**first(table), "id": _NEW, **columns}]


def _child(parent: str, number: int) -> list[Record]:
    """A case with its creation post."""
    case = f"ffffffff-0000-4000-8000-{number:012}"
    post = f"eeeeeeee-0000-4000-8000-{number:012}"
    return [
        {**first("incident"), "id": case, "ticket_number": f"C{number}", "parent_id": parent},
        {**first("timeline_entry"), "id": post, "incident_id": case},
    ]


def _family(children: int) -> list[Record]:
    parent = first("incident")["id"]
    return [*records(), *(line for number in range(children) for line in _child(parent, number))]


_CHARGE = first("consumption")
_REVERSAL = {"reverses_id": _CHARGE["id"], "quantity": "-1.00"}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            bent("role_grant", role="SUPPORT_CONTACT"),
            "role_grant.role: I-3: needs MEMBER in the same workspace",
        ),
        (
            bent("package", ends_on="2026-01-01"),
            "package.starts_on: I-5: must lie inside the dates of its agreement",
        ),
        (
            _with("consumption", **{**_REVERSAL, "quantity": "-2.00"}),
            "consumption.reverses_id: I-8: a reversal undoes one charge exactly, and is not reversed itself",
        ),
        (
            _with("consumption", **{**_REVERSAL, "origin": "WEB"}),
            "consumption.reverses_id: I-8: a reversal undoes one charge exactly, and is not reversed itself",
        ),
        (
            bent("entitlement", is_consumable=False),
            "consumption.entitlement_id: I-11: nothing is recorded against an additional benefit",
        ),
        (
            [*records(), *_child(first("incident")["id"], 1), *_child("ffffffff-0000-4000-8000-000000000001", 2)],
            "incident.parent_id: I-12: a child has no children of its own",
        ),
        (
            [{**line, "max_children": 1} if line["table"] == "tenant" else line for line in _family(2)],
            "incident.parent_id: I-12: the parent has more children than the organisation allows",
        ),
        (
            [
                *bent("sla_kpi_instance", sla_item_id=_NEW),
                {**first("sla"), "id": _NEW, "is_default": False},
                {**first("sla_item"), "id": _NEW, "sla_id": _NEW},
            ],
            "sla_kpi_instance.sla_item_id: I-14: an open clock belongs to the case's SLA",
        ),
        (
            bent("incident", product_id=first("product")["id"]),
            "incident.product_id: I-17: neither a family nor a draft can be chosen",
        ),
        (
            bent("product", 1, state="DRAFT"),
            "incident.product_id: I-17: neither a family nor a draft can be chosen",
        ),
        (
            bent("timeline_entry", record_type="USER_POST"),
            "incident.id: I-19: needs an AUTO_POST in timeline_entry that tells of its creation",
        ),
    ],
)
async def test_a_line_that_breaks_an_invariant_is_named(database: Address, lines: list[Record], problem: str) -> None:
    report = await import_records(database.system, "f", lines)
    told = {str(each).partition(": ")[2] for each in report.problems}
    assert told == {problem}
    assert all(each.line for each in report.problems)


async def test_families_and_reversals_that_keep_the_rules_are_loaded(fresh_database: Address) -> None:
    lines = [*_family(3), {**_CHARGE, "id": _NEW, **_REVERSAL}]
    report = await import_records(fresh_database.system, "f", lines)
    assert [str(problem) for problem in report.problems] == []


async def test_rows_that_are_there_count_as_much_as_those_of_the_file(fresh_database: Address) -> None:
    """A membership and an agreement from before, and a product that was selectable until this file."""
    assert (await import_records(fresh_database.system, "f", records())).ok
    more = [
        {**first("role_grant"), "id": _NEW, "role": "SUPPORT_CONTACT"},
        {**first("package"), "id": _NEW, "ends_on": "2025-06-30"},
    ]
    assert (await import_records(fresh_database.system, "f", more)).ok
    beyond = [{**first("package"), "id": _NEW, "ends_on": "2026-06-30"}]
    report = await import_records(fresh_database.system, "f", beyond)
    assert [problem.line for problem in report.problems] == [1]


async def test_a_rule_that_only_the_database_knows_stops_the_file_too(fresh_database: Address) -> None:
    """I-4: what was redeemed stays redeemed; the trigger says so when the questions did not."""
    redeemed = {"status": "REDEEMED", "redeemed_by": first("app_user")["id"], "redeemed_at": "2025-06-11T09:00:00Z"}
    assert (await import_records(fresh_database.system, "f", bent("invitation", **redeemed))).ok
    report = await import_records(fresh_database.system, "f", records())
    assert [(each.line, each.field) for each in report.problems] == [(None, "redeemed_for_good")]
