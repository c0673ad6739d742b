"""Exports as jobs, from the question to the file: complete, proved, the same in every form (PC-13, CA-4)."""

import hashlib
import io
from decimal import Decimal
from uuid import uuid4
from zipfile import ZipFile

import orjson
import pyarrow.parquet as parquet  # type: ignore[import-untyped]  # it comes without types
import pytest

from gateway.demo import ids as names
from resolvers import ids
from tests.gateway.exports.jobs import W1, exported, fetch, rows, start
from tests.world import World

CASES = "{ cases(view: ALL, first: 100) { totalCount nodes { ticketNumber } } }"
VIEWERS = ["maya", "gil", "cy", "rae", "cam"]


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_the_file_of_cases_holds_what_the_viewer_sees_and_says_when_that_is_not_all(
    fresh_world: World, viewer: str
) -> None:
    """CA-12"""
    seen = (await fresh_world.data(viewer, CASES))["cases"]
    job = await exported(fresh_world, viewer, "CASES")
    found = rows(await fetch(fresh_world, viewer, job["url"]))
    assert len(found) == seen["totalCount"] == job["manifest"]["rowCount"]
    assert {row["ticketNumber"] for row in found} >= {node["ticketNumber"] for node in seen["nodes"]}
    held_back = [each for each in job["manifest"]["withheld"] if each["part"] == "ROWS"]
    assert bool(held_back) == (viewer not in ("gil", "rae"))
    assert all(each["count"] is None for each in held_back)


async def test_the_file_of_consumption_reconciles_with_the_ledger_and_counts_what_it_withholds(
    fresh_world: World,
) -> None:
    """D-19: administrator and delegate reach the same total, the one by rows alone"""
    whole = (await exported(fresh_world, "maya", "CONSUMPTION", workspaceIds=[W1]))["manifest"]
    partial = (await exported(fresh_world, "cam", "CONSUMPTION", workspaceIds=[W1]))["manifest"]
    assert [each for each in whole["withheld"] if each["part"] == "ROWS"] == []
    (hidden,) = [each for each in partial["withheld"] if each["part"] == "ROWS"]
    assert hidden["rule"] == "D-19"
    assert partial["rowCount"] + hidden["count"] == whole["rowCount"]
    gap = Decimal(whole["sums"][0]["sum"]) - Decimal(partial["sums"][0]["sum"])
    assert f" {gap}." in hidden["reason"]


async def test_the_education_report_is_the_same_as_a_job(fresh_world: World) -> None:
    """CA-4, D-21: a learning manager, who sees no Customer Activity"""
    asked = "{ educationReport(format: CSV) { text rowCount total } }"
    report = (await fresh_world.data("lea", asked))["educationReport"]
    job = await exported(fresh_world, "lea", "EDUCATION")
    answer = await fetch(fresh_world, "lea", job["url"])
    assert answer.content.decode() == report["text"]
    assert job["manifest"]["sums"] == [{"column": "quantity", "sum": report["total"]}]


@pytest.mark.parametrize("kind", ["DEPLOYMENT", "USAGE"])
async def test_the_portfolio_is_the_same_as_a_job(fresh_world: World, kind: str) -> None:
    """PC-13, D-26"""
    at_once = await fetch(fresh_world, "petra", f"/exports/portfolio/{kind.lower()}.csv")
    job = await exported(fresh_world, "petra", f"PORTFOLIO_{kind}")
    answer = await fetch(fresh_world, "petra", job["url"])
    assert answer.content == at_once.content
    assert job["manifest"]["withheld"][0]["rule"] == "D-26"
    narrowed = await exported(fresh_world, "petra", f"PORTFOLIO_{kind}", portfolio={"services": ["DYNAMICS365"]})
    found = rows(await fetch(fresh_world, "petra", narrowed["url"]))
    assert {row["serviceCode"] for row in found} == {"DYNAMICS365"}


async def test_d_31_a_portfolio_of_strange_customers_is_a_file_of_nothing(fresh_world: World) -> None:
    """As `portfolioInsights`: whether a customer is somebody else's, or nobody's, or no id at all, none is left."""
    strange = (ids.encode("Tenant", names.of("fabrikam")), ids.encode("Tenant", str(uuid4())), "nonsense")
    files = []
    for id in strange:
        job = await exported(fresh_world, "petra", "PORTFOLIO_USAGE", portfolio={"customerTenantIds": [id]})
        files.append((job["manifest"]["rowCount"], job["manifest"]["sha256"], job["manifest"]["withheld"]))
    assert files[0][0] == 0
    assert len({str(file) for file in files}) == 1


async def test_all_forms_hold_the_same(fresh_world: World) -> None:
    told = rows(await fetch(fresh_world, "maya", (await exported(fresh_world, "maya", "CONSUMPTION"))["url"]))
    lines = (await _file(fresh_world, "NDJSON")).splitlines()
    plain = [
        {name: "" if cell is None else str(cell).lower() if cell in (True, False) else str(cell) for name, cell in row}
        for row in (orjson.loads(line).items() for line in lines)
    ]
    assert plain == told
    table = parquet.read_table(io.BytesIO(await _file(fresh_world, "PARQUET")))
    assert table.num_rows == len(told)
    assert sum(table["quantity"].to_pylist()) == sum(Decimal(row["quantity"]) for row in told)
    assert [day.isoformat() for day in table["day"].to_pylist()] == [row["day"] for row in told]
    sheet = ZipFile(io.BytesIO(await _file(fresh_world, "XLSX"))).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(told) + 1


async def _file(world: World, form: str) -> bytes:
    job = await exported(world, "maya", "CONSUMPTION", form)
    return (await fetch(world, "maya", job["url"])).content


async def test_the_manifest_proves_the_file(fresh_world: World) -> None:
    job = await exported(fresh_world, "maya", "CASES")
    answer = await fetch(fresh_world, "maya", job["url"])
    manifest = job["manifest"]
    assert hashlib.sha256(answer.content).hexdigest() == manifest["sha256"]
    assert answer.headers["etag"] == f'"{manifest["sha256"]}"'
    assert len(answer.content) == int(manifest["sizeBytes"]) == int(answer.headers["content-length"])
    assert answer.headers["x-row-count"] == str(manifest["rowCount"])
    assert [each["name"] for each in manifest["columns"]] == answer.text.splitlines()[0].split(",")
    assert job["progress"] == 100


async def test_a_download_goes_on_where_it_broke_off(fresh_world: World) -> None:
    job = await exported(fresh_world, "maya", "CASES", "XLSX")
    whole = await fetch(fresh_world, "maya", job["url"])
    rest = await fetch(fresh_world, "maya", job["url"], range="bytes=100-", if_range=whole.headers["etag"])
    assert rest.status_code == 206
    assert whole.content[:100] + rest.content == whole.content
    strange = await fetch(fresh_world, "maya", job["url"], range="lines=1-2")
    assert (strange.status_code, strange.content) == (200, whole.content)
    other = await fetch(fresh_world, "maya", job["url"], range="bytes=100-", if_range='"another"')
    assert (other.status_code, other.content) == (200, whole.content)
    known = await fetch(fresh_world, "maya", job["url"], if_none_match=whole.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")
    tag = whole.headers["etag"]
    for asked, status in (("*", 304), (f'"another", W/{tag}', 304), ('"another"', 200), (tag.strip('"'), 200)):
        assert (await fetch(fresh_world, "maya", job["url"], if_none_match=asked)).status_code == status


async def test_without_the_extra_parquet_is_bad_input(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.exports.jobs.find_spec", lambda _: None)
    given = {"idempotencyKey": "p", "kind": "CASES", "format": "PARQUET"}
    asked = "mutation ($input: StartExportInput!) { startExport(input: $input) { job { id } } }"
    body = (await fresh_world.ask("maya", asked, {"input": given})).json()
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert body["errors"][0]["extensions"]["details"] == {"needs": "support-gateway[parquet]"}
    assert await start(fresh_world, "maya", "CASES")
