"""Proof of delivery: three forms of one report, for administrators, whose rows are the ledger's (CA-1, CA-2)."""

import csv
import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import asyncpg
import pytest

from gateway.demo import ids as names
from resolvers import ids
from tests.world import NOON, World

W1 = ids.encode("Workspace", names.of("contoso/W1"))
RECORD = "mutation ($input: RecordConsumptionInput!) { recordConsumption(input: $input) { userErrors { code } } }"
TABLES = ("agreements", "packages", "entitlements", "consumption", "additional-cases", "totals")


async def fetch(world: World, viewer: str | None, form: str, **asked: Any) -> Any:
    world.stand_at(NOON)
    own = {"authorization": f"Bearer {world.token(viewer)}"} if viewer else {}
    return await world.client.get(f"/reports/delivery.{form}", params=asked, headers=own)


async def set_of(world: World, viewer: str, **asked: Any) -> dict[str, list[dict[str, str]]]:
    """The CSV files of the set, read back."""
    answer = await fetch(world, viewer, "zip", **asked)
    assert answer.status_code == 200, answer.text
    with ZipFile(BytesIO(answer.content)) as packed:
        return {
            name: list(csv.DictReader(StringIO(packed.read(f"{name}.csv").decode(), newline=""))) for name in TABLES
        }


async def test_ca_2_the_set_says_what_the_page_says(world: World) -> None:
    found = await set_of(world, "gil", workspace="ALL")
    lines = {(row["package"], row["entitlement"]): row for row in found["entitlements"]}
    proactive = lines["Unified Base 2025", "Built-in proactive services"]
    assert [proactive[name] for name in ("bought", "used here", "used overall", "remaining")] == [
        "400.00",
        "200.00",
        "200.00",
        "200.00",
    ]
    assert lines["Unified Base 2025", "Support contacts"]["used overall"] == "6.00"
    assert {row["agreement"] for row in found["agreements"]} == {"U-2024-0114", "U-2025-0114", "P-2025-0201"}
    assert len(found["additional-cases"]) == 12  # eleven in W1, where K7 is regular beside W4, and K53 in W2


@pytest.mark.parametrize(("viewer", "workspace"), [("gil", "ALL"), ("maya", W1)])
async def test_totals_reconcile_with_the_ledger(world: World, viewer: str, workspace: str) -> None:
    found = await set_of(world, viewer, workspace=workspace)
    assert {row["difference"] for row in found["totals"]} == {"0.00"}
    assert {row["hidden"] for row in found["totals"]} == {"0.00"}
    lines = {row["line"]: row for row in found["totals"] if row["line"]}
    rows = [(row["line"], Decimal(row["quantity"])) for row in found["consumption"]]
    for line, total in lines.items():
        own = [quantity for number, quantity in rows if number == line]
        assert (sum(own), len(own)) == (Decimal(total["used here"]), int(total["rows"]))
    assert {line for line, _ in rows} <= lines.keys()
    assert sum(quantity for _, quantity in rows) == await _ledger(world, workspace)


async def test_additional_cases_reconcile_too(world: World) -> None:
    """CA-37"""
    found = await set_of(world, "gil", workspace="ALL")
    counts = {row["entitlement"]: row["used here"] for row in found["totals"] if not row["line"]}
    assert counts == {"Additional cases: ADVISORY": "5.00", "Additional cases: PROBLEM_RESOLUTION": "7.00"}
    assert len(found["additional-cases"]) == 12


async def test_a_total_that_is_not_the_sum_of_the_ledger_is_told(fresh_world: World) -> None:
    """The reconciliation is a check, not an identity: figures and ledger are read apart"""
    connection = await asyncpg.connect(fresh_world.address.owner)
    try:
        await connection.execute(
            "update app.consumption_total set used = used + 1 where entitlement_id = $1 and workspace_id = $2",
            names.of("contoso/B1-education"),
            names.of("contoso/W1"),
        )
    finally:
        await connection.close()
    found = await set_of(fresh_world, "maya", workspace=W1)
    wrong = {row["entitlement"]: row["difference"] for row in found["totals"] if row["difference"] != "0.00"}
    assert wrong == {"On-demand education": "1.00"}


TWIN = """insert into app.package select (jsonb_populate_record(p, jsonb_build_object('id', $2::uuid))).*
  from app.package p where id = $1"""
MAPPED = """insert into app.workspace_package select
  (jsonb_populate_record(m, jsonb_build_object('package_id', $2::uuid))).*
  from app.workspace_package m where package_id = $1"""
LINE = """insert into app.entitlement select (jsonb_populate_record(e,
  jsonb_build_object('id', $2::uuid, 'package_id', $3::uuid))).* from app.entitlement e where id = $1"""


async def test_what_has_the_same_name_is_told_apart(fresh_world: World) -> None:
    """Two packages of one name, one of them with nothing in it: each has its row, each line its number"""
    twin = names.of("contoso/twin")
    connection = await asyncpg.connect(fresh_world.address.owner)
    try:
        await connection.execute(TWIN, names.of("contoso/X1"), twin)
        await connection.execute(MAPPED, names.of("contoso/X1"), twin)
        await connection.execute(LINE, names.of("contoso/X1-credits"), names.of("contoso/twin-credits"), twin)
        await connection.execute(TWIN, names.of("contoso/X1"), names.of("contoso/empty"))
        await connection.execute(MAPPED, names.of("contoso/X1"), names.of("contoso/empty"))
    finally:
        await connection.close()
    found = await set_of(fresh_world, "maya", workspace=W1)
    assert sum(row["package"] == "Proactive Plus" for row in found["packages"]) == 3
    credits = [row["line"] for row in found["entitlements"] if row["entitlement"] == "Proactive credits"]
    assert len(set(credits)) == 2
    assert sum(row["entitlement"] == "Proactive credits" for row in found["totals"]) == 2


async def test_a_report_may_be_about_one_agreement(world: World) -> None:
    a1 = ids.encode("Agreement", names.of("contoso/A1"))
    found = await set_of(world, "gil", workspace="ALL", agreement=a1)
    for table in ("agreements", "packages", "entitlements", "consumption"):
        assert {row["agreement"] for row in found[table]} == {"U-2025-0114"}
    assert {row["in force"] for row in found["agreements"]} == {"yes"}
    assert {row["difference"] for row in found["totals"]} == {"0.00"}
    foreign = await fetch(world, "gil", "zip", agreement=ids.encode("Agreement", names.of("fabrikam/A1")))
    assert (foreign.status_code, foreign.json()["errors"][0]["extensions"]["field"]) == (404, "agreementIds")


async def _ledger(world: World, workspace: str) -> Decimal:
    """The same sum, asked of the tables: lines of packages that the workspaces have."""
    places = ("W1", "W2", "W3", "W4") if workspace == "ALL" else ("W1",)
    connection = await asyncpg.connect(world.address.owner)
    try:
        total: Decimal = await connection.fetchval(
            """
            select sum(c.quantity) from app.consumption c join app.entitlement e on e.id = c.entitlement_id
            where c.workspace_id = any($1) and exists (
              select from app.workspace_package m where m.package_id = e.package_id and m.workspace_id = any($1))
            """,
            [names.of(f"contoso/{place}") for place in places],
        )
    finally:
        await connection.close()
    return total


async def test_the_workbook_has_a_sheet_per_table_with_numbers_as_numbers(world: World) -> None:
    """E-02"""
    answer = await fetch(world, "maya", "xlsx", workspace=W1)
    assert answer.headers["content-disposition"] == 'attachment; filename="proof-of-delivery-2025-06-15.xlsx"'
    with ZipFile(BytesIO(answer.content)) as book:
        titles = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet4.xml"))
    assert tuple(titles) == TABLES
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    quantities = [cell for cell in sheet.iterfind(".//m:c", space) if re.fullmatch(r"I[2-9]\d*", cell.attrib["r"])]
    assert quantities
    assert all(cell.get("t") is None for cell in quantities)
    assert not sheet.findall(".//m:f", space)


async def test_the_page_has_charts_and_no_script(world: World) -> None:
    answer = await fetch(world, "gil", "html", workspace="ALL")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.count("<svg") == 2
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["cache-control"] == "private, no-store"


async def test_what_people_wrote_is_text_in_every_form(fresh_world: World) -> None:
    """E-01, E-07"""
    said = '=HYPERLINK("http://x")<script>alert(1)</script>'
    use = {
        "idempotencyKey": "k",
        "quantity": "1",
        "label": said,
        "entitlementId": ids.encode("Entitlement", names.of("contoso/X1-credits")),
        "workspaceId": W1,
    }
    recorded = await fresh_world.data("cora", RECORD, {"input": use})
    assert recorded["recordConsumption"]["userErrors"] == []
    found = await set_of(fresh_world, "maya", workspace=W1)
    assert f"'{said}" in {row["what"] for row in found["consumption"]}
    page = await fetch(fresh_world, "maya", "html", workspace=W1)
    assert "<script" not in page.text
    packed = await fetch(fresh_world, "maya", "zip", workspace=W1)
    with ZipFile(BytesIO(packed.content)) as files:
        manifest = json.loads(files.read("manifest.json"))
    number = len(found["consumption"])
    assert manifest["files"]["consumption.csv"] == {"rows": number, "neutralised": [f"what {number}"]}


async def test_a_past_day_is_reported_as_it_was(world: World) -> None:
    found = await set_of(world, "gil", workspace="ALL", asOf="2025-03-31")
    assert max(date.fromisoformat(row["day"]) for row in found["consumption"]) <= date(2025, 3, 31)
    lines = {row["entitlement"]: row for row in found["entitlements"] if row["package"] == "Unified Base 2025"}
    assert lines["Built-in proactive services"]["used overall"] == "152.00"
    assert {row["difference"] for row in found["totals"]} == {"0.00"}


@pytest.mark.parametrize(
    ("viewer", "form", "asked", "status", "code"),
    [
        (None, "xlsx", {}, 401, "UNAUTHENTICATED"),
        ("cam", "xlsx", {"workspace": W1}, 403, "FORBIDDEN"),
        ("ed", "html", {"workspace": "ALL"}, 403, "FORBIDDEN"),
        ("reader", "zip", {}, 403, "FORBIDDEN"),
        ("noa", "xlsx", {"workspace": W1}, 404, "NOT_FOUND"),
        ("fred", "xlsx", {"workspace": W1}, 404, "NOT_FOUND"),
        ("maya", "pdf", {"workspace": W1}, 404, "NOT_FOUND"),
        ("maya", "xlsx", {"asOf": "yesterday"}, 400, "BAD_USER_INPUT"),
        ("maya", "xlsx", {"asOf": "2025-06-16"}, 400, "BAD_USER_INPUT"),
    ],
)
async def test_it_is_for_administrators_of_the_workspaces(
    world: World, viewer: str | None, form: str, asked: dict[str, str], status: int, code: str
) -> None:
    answer = await fetch(world, viewer, form, **asked)
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert answer.status_code == status
