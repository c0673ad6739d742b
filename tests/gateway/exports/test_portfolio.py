"""A whole portfolio as a file: complete, proved, resumable, for those alone who may read it at that moment (PC-13)."""

import base64
import csv
import hashlib
import io
from typing import Any
from zipfile import ZipFile

import httpx2
import orjson
import pytest

from gateway.demo import ids
from tenancy.importing import import_records
from tests.world import NOON, World

USAGE = "/exports/portfolio/usage.csv"
DEPLOYMENT = "/exports/portfolio/deployment.csv"


async def fetch(world: World, viewer: str | None, path: str, **headers: str) -> httpx2.Response:
    world.stand_at(NOON)
    own = {"authorization": f"Bearer {world.token(viewer)}"} if viewer else {}
    return await world.client.get(
        path, headers=own | {name.replace("_", "-"): value for name, value in headers.items()}
    )


def rows(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def test_the_file_sums_up_to_the_portfolio(world: World) -> None:
    asked = (
        "{ portfolioInsights(groupBy: SERVICE) { total { licensesSold licensesAssigned usage { licensesActive } } } }"
    )
    total = (await world.data("petra", asked))["portfolioInsights"]["total"]
    deployed, used = rows(await fetch(world, "petra", DEPLOYMENT)), rows(await fetch(world, "petra", USAGE))
    assert sum(int(row["licensesSold"]) for row in deployed) == total["licensesSold"]
    assert sum(int(row["licensesDeployed"]) for row in deployed) == total["licensesAssigned"]
    assert sum(int(row["licensesActive"]) for row in used) == sum(each["licensesActive"] for each in total["usage"])


async def test_a_row_tells_what_the_insights_of_its_customer_tell(world: World) -> None:
    """AE-48, AE-50: and nothing names another seller"""
    answer = await fetch(world, "petra", USAGE)
    (yammer,) = [row for row in rows(answer) if row["workloadCode"] == "YAMMER"]
    assert (yammer["customerName"], yammer["usagePercent"], yammer["hints"]) == ("Contoso", "237.5", "UNLICENSED_USE")
    assert ids.of("partner-q") not in answer.text
    assert "partner" not in answer.text.splitlines()[0]
    assert {row["customerName"] for row in rows(answer)} == {"Contoso", "Tailspin Toys", "Wingtip Toys"}


async def test_the_answer_proves_the_file(world: World) -> None:
    answer = await fetch(world, "petra", USAGE)
    digest = hashlib.sha256(answer.content).digest()
    assert answer.headers["etag"] == f'"{digest.hex()}"'
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    assert int(answer.headers["x-row-count"]) == len(rows(answer))
    assert answer.headers["x-snapshot-at"] == NOON.isoformat()
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
async def test_a_download_goes_on_where_it_broke_off(world: World, form: str) -> None:
    path = f"/exports/portfolio/deployment.{form}"
    whole = await fetch(world, "petra", path)
    rest = await fetch(world, "petra", path, range="bytes=100-", if_range=whole.headers["etag"])
    assert rest.status_code == 206
    assert whole.content[:100] + rest.content == whole.content
    known = await fetch(world, "petra", path, if_none_match=whole.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")


async def test_a_download_of_changed_content_begins_anew(fresh_world: World) -> None:
    before = await fetch(fresh_world, "petra", DEPLOYMENT)
    await _renamed(fresh_world, "E9")
    after = await fetch(fresh_world, "petra", DEPLOYMENT, range="bytes=100-", if_range=before.headers["etag"])
    assert after.status_code == 200
    assert "E9" in after.text


async def test_all_forms_hold_the_same(world: World) -> None:
    told = rows(await fetch(world, "petra", USAGE))
    lines = (await fetch(world, "petra", "/exports/portfolio/usage.ndjson")).content.splitlines()
    as_text = [{name: "" if cell is None else str(cell) for name, cell in orjson.loads(line).items()} for line in lines]
    assert as_text == told
    book = await fetch(world, "petra", "/exports/portfolio/usage.xlsx")
    sheet = ZipFile(io.BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(told) + 1
    assert "237.5" in sheet


async def test_texts_are_no_formulas(fresh_world: World) -> None:
    """E-01, E-02"""
    await _renamed(fresh_world, '=HYPERLINK("http://x","y")')
    answer = await fetch(fresh_world, "petra", DEPLOYMENT)
    assert answer.headers["x-neutralised-cells"] == "1"
    assert any(row["productName"] == """'=HYPERLINK("http://x","y")""" for row in rows(answer))


@pytest.mark.parametrize("viewer", ["hank", "gil", "zoe", "nils"])
async def test_who_may_not_read_insights_finds_nothing(world: World, viewer: str) -> None:
    """E-03, E-09: a link in other hands"""
    answer = await fetch(world, viewer, USAGE)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_right_that_was_lost_closes_the_link(fresh_world: World) -> None:
    """E-09"""
    assert (await fetch(fresh_world, "petra", USAGE)).status_code == 200
    async with fresh_world.gateway.database.system() as connection:
        await connection.execute("delete from app.role_grant where user_id = $1", ids.user("petra"))
    assert (await fetch(fresh_world, "petra", USAGE)).status_code == 404


async def test_applications_fetch_with_their_grant_alone(world: World) -> None:
    """D-30"""
    assert (await fetch(world, "reader", USAGE)).status_code == 200
    assert (await fetch(world, "robot", USAGE)).status_code == 404
    assert (await fetch(world, None, USAGE)).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exports/portfolio/usage.exe", 404),
        ("/exports/portfolio/cases.csv", 404),
        (f"{USAGE}?asOf=2025-06-16", 400),
        (f"{USAGE}?asOf=yesterday", 400),
    ],
)
async def test_what_is_not_offered_is_refused(world: World, path: str, status: int) -> None:
    assert (await fetch(world, "petra", path)).status_code == status


async def _renamed(world: World, name: str) -> None:
    row: dict[str, Any] = {
        "table": "subscription",
        "tenant_id": ids.of("contoso"),
        "id": ids.of("contoso/licence/extra"),
        "service_code": "O365",
        "product_id": "EXTRA",
        "product_name": name,
        "channel": "DIRECT",
        "is_trial": False,
        "state": "ACTIVE",
        "licenses_sold": 1,
        "licenses_assigned": 1,
        "starts_on": "2024-01-01",
    }
    report = await import_records(world.address.system, "more.ndjson", [row])
    assert report.ok, report.problems
