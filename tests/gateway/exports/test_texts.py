"""What people wrote is text in every file: calculated nowhere, cut nowhere, in no header (E-01, E-02, E-07, E-08)."""

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import asyncpg
import orjson
import pyarrow.parquet as parquet  # type: ignore[import-untyped]  # it comes without types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.demo import ids as names
from gateway.exports.writers import WRITERS
from gateway.workbook import MOST_CHARACTERS, Workbook
from resolvers.exports.files import Totals, Withheld
from resolvers.sheets import CellKind, Column, neutral
from tenancy.errors import BadInput
from tenancy.scope import Scope
from tests.gateway.exports.jobs import ended, exported, fetch, rows, start
from tests.world import World

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"]


class Plain:
    """A file of one text and one number a row."""

    title, as_of = "plain", date(2025, 6, 15)
    columns = (Column("text"), Column("number", CellKind.NUMBER))

    def __init__(self, *texts: str) -> None:
        self.rows = [[text, "-12.50"] for text in texts]

    async def totals(self, scope: Scope) -> Totals:
        return Totals(len(self.rows), {})

    async def chunks(self, scope: Scope) -> AsyncIterator[list[list[Any]]]:
        yield self.rows

    async def withheld(self, scope: Scope, totals: Totals) -> list[Withheld]:
        return []

    async def grounds(self, scope: Scope) -> Mapping[str, Sequence[str]]:
        return {}


def written(folder: Path, form: str, *texts: str) -> tuple[bytes, Any]:
    """The file of these texts, and the writer that wrote it."""
    file, path = Plain(*texts), folder / f"plain.{form}"
    writer = WRITERS[form](path, file)
    try:
        writer.add(file.rows)
        writer.close()
    finally:
        writer.abandon()
    return path.read_bytes(), writer


def read(form: str, content: bytes) -> list[str]:
    """The texts of a file, as whoever opens it sees them."""
    if form == "csv":
        csv.field_size_limit(1 << 24)
        return [row[0] for row in csv.reader(io.StringIO(content.decode(), newline=""))][1:]
    if form == "ndjson":
        return [orjson.loads(line)["text"] for line in content.splitlines()]
    if form == "parquet":
        found: list[str] = parquet.read_table(io.BytesIO(content))["text"].to_pylist()
        return found
    sheet = ElementTree.fromstring(ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = [cell for cell in sheet.iterfind(".//m:c", space) if re.fullmatch(r"A\d+", cell.attrib["r"])][1:]
    return [_unescaped("".join(cell.itertext())) for cell in cells]


def _unescaped(text: str) -> str:
    """Control characters stand in a workbook as `_x0001_` (ECMA-376)."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


@pytest.mark.parametrize("begin", STARTS)
def test_e_01_no_text_in_csv_begins_like_a_formula(tmp_path: Path, begin: str) -> None:
    content, writer = written(tmp_path, "csv", "plain", f"{begin}1+1")
    assert read("csv", content)[1] == f"'{begin}1+1"
    assert (writer.neutralised.total(), writer.places) == (1, ["text 2"])


@pytest.mark.parametrize("separator", [",", ";"])
def test_e_01_nor_behind_a_separator_inside_a_quoted_cell(tmp_path: Path, separator: str) -> None:
    content, _ = written(tmp_path, "csv", f"a{separator}=1+1")
    assert read("csv", content) == [f"a{separator}'=1+1"]


def test_e_01_a_workbook_has_no_formula_and_no_link(tmp_path: Path) -> None:
    content, _ = written(tmp_path, "xlsx", '=HYPERLINK("http://x")', "http://x", "=1+1")
    sheet = ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert read("xlsx", content) == ['=HYPERLINK("http://x")', "http://x", "=1+1"]


def test_e_02_numbers_are_untouched_and_telephone_numbers_are_texts(tmp_path: Path) -> None:
    content, _ = written(tmp_path, "csv", "+45 12 34")
    assert content.decode().splitlines()[1] == "'+45 12 34,-12.50"
    book, _ = written(tmp_path, "xlsx", "+45 12 34")
    assert "<v>-12.5</v>" in ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()


SAID = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40).filter(
    lambda text: "_x" not in text and "\r" not in text
)


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet", "xlsx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(SAID, min_size=1, max_size=5))
def test_e_08_every_text_parses_back_as_it_was_written(tmp_path: Path, form: str, texts: list[str]) -> None:
    content, _ = written(tmp_path, form, *texts)
    assert read(form, content) == [neutral(text) if form == "csv" else text for text in texts]


LONG = "ä\n'\",😀" * 150_000


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_e_08_a_cell_of_a_megabyte_moves_no_row(tmp_path: Path, form: str) -> None:
    content, _ = written(tmp_path, form, "first", LONG, "last")
    assert read(form, content) == ["first", LONG, "last"]


def test_e_08_a_text_that_a_workbook_cannot_hold_is_refused_and_never_cut(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        written(tmp_path, "xlsx", "x" * MOST_CHARACTERS, "x" * (MOST_CHARACTERS + 1))
    assert refused.value.details == {"column": "text", "row": 2, "maximum": MOST_CHARACTERS}


def test_rows_that_a_sheet_has_no_room_for_go_on_in_the_next(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "book.xlsx")
    page = book.page("rows", Plain.columns, rows_of_a_sheet=10)
    page.add([(f"row {number}", "1.00") for number in range(25)])
    book.close()
    with ZipFile(tmp_path / "book.xlsx") as opened:
        sheets = [opened.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2, 3)]
        assert re.findall(r'<sheet name="([^"]+)"', opened.read("xl/workbook.xml").decode()) == [
            "rows",
            "rows 2",
            "rows 3",
        ]
    assert [sheet.count("<row ") - 1 for sheet in sheets] == [10, 10, 5]


async def test_e_01_what_a_file_neutralises_is_listed_in_its_manifest(fresh_world: World) -> None:
    await _titled(fresh_world, '=HYPERLINK("http://x")')
    job = await exported(fresh_world, "maya", "CASES")
    (title,) = [row["title"] for row in rows(await fetch(fresh_world, "maya", job["url"])) if "HYPER" in row["title"]]
    assert title == '\'=HYPERLINK("http://x")'
    neutralised = job["manifest"]["neutralised"]
    assert neutralised["count"] == len(neutralised["places"]) == 1
    assert neutralised["places"][0].startswith("title ")


async def test_e_08_nothing_people_write_fails_a_workbook(fresh_world: World) -> None:
    await _titled(fresh_world, "_x0041_ \"quoted\", 'so' \n\t\u202e😀")
    assert (await ended(fresh_world, "maya", await start(fresh_world, "maya", "CASES", "XLSX")))["state"] == "DONE"


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "../../etc/passwd", 'Contoso"; x="', "Contoso Straße 東京"])
async def test_e_07_a_name_writes_no_header_and_leads_to_no_path(fresh_world: World, name: str) -> None:
    await _run(fresh_world, "update app.tenant set name = $1 where id = $2", name, names.of("contoso"))
    job = await exported(fresh_world, "maya", "CASES")
    answer = await fetch(fresh_world, "maya", job["url"])
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    told = answer.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename(\*=utf-8''[\w%.-]+|=\"[\w .-]+\")", told), told
    assert not re.search(r"[/\\\r\n]|\.\.|%2F|%0D|%0A", told)


async def _titled(world: World, title: str) -> None:
    changed = "update app.incident set title = $1 where tenant_id = $2 and id = $3"
    await _run(world, changed, title, names.of("contoso"), names.of("contoso/K20"))


async def _run(world: World, statement: str, *values: Any) -> None:
    owner = await asyncpg.connect(world.address.owner)
    try:
        await owner.execute(statement, *values)
    finally:
        await owner.close()
