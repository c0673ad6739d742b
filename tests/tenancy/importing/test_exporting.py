"""What is exported is what an import reads."""

from datetime import date
from pathlib import Path

import pytest

from gateway.demo import world as demo
from tenancy.importing import export_records, import_files, kinds
from tests.ground import Address


async def _written(database: Address, kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.ndjson"
    path.write_bytes(b"".join([line async for line in export_records(database.system, kind)]))
    return path


async def test_a_whole_export_changes_nothing_where_it_came_from(fresh_database: Address, tmp_path: Path) -> None:
    await demo.load(fresh_database.system, date(2025, 6, 15))
    report = await import_files(fresh_database.system, [await _written(fresh_database, "all", tmp_path)])
    assert report.ok, report.files[0].problems[:5]
    assert (report.counts.inserted, report.counts.updated) == (0, 0)
    assert report.counts.unchanged > 1_000


async def test_one_kind_is_one_table(fresh_database: Address, tmp_path: Path) -> None:
    await demo.load(fresh_database.system, date(2025, 6, 15))
    lines = (await _written(fresh_database, "workspace", tmp_path)).read_text().splitlines()
    assert lines
    assert all(line.startswith('{"table":"workspace"') for line in lines)


async def test_an_unknown_kind_is_an_error(fresh_database: Address) -> None:
    with pytest.raises(KeyError):
        await anext(export_records(fresh_database.system, "passwords"))
    assert {"workspace", "incident", "all"} <= set(kinds())
