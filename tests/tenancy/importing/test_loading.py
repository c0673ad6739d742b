from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select

from tenancy.importing import Counts, Phase, Step, import_files, import_records
from tenancy.tables import Table
from tests.ground import Address
from tests.tenancy.importing import examples
from tests.tenancy.importing.examples import first, lines, records

_NEW = "ffffffff-0000-4000-8000-000000000001"


async def _value(database: Address, query: str) -> Any:
    connection = await asyncpg.connect(database.owner)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def _rows(database: Address) -> int:
    counts = [select(func.count()).select_from(table) for table in Table.metadata.sorted_tables]
    return sum([await _value(database, str(count)) for count in counts])


async def test_the_same_file_again_changes_nothing(fresh_database: Address) -> None:
    """Resuming is repeating: also for tables that the database numbers."""
    once = await import_records(fresh_database.system, "f", records())
    rows = await _rows(fresh_database)
    again = await import_records(fresh_database.system, "f", records())
    count = len(records())
    assert (once.counts, again.counts) == (Counts(inserted=count), Counts(unchanged=count))
    assert await _rows(fresh_database) == rows


async def test_a_file_with_one_problem_leaves_no_trace_and_the_others_are_loaded(
    fresh_database: Address, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.ndjson"
    good.write_bytes(lines(records()))
    bad.write_bytes(lines([{**first("subject"), "id": _NEW}, {**first("subject"), "id": "x"}]))
    report = await import_files(fresh_database.system, [bad, good, bad])
    assert [file.ok for file in report.files] == [False, True, False]
    assert [file.lines for file in report.files] == [2, len(records()), 2]
    assert not report.ok
    assert report.counts == Counts(inserted=len(records()))
    assert await _value(fresh_database, "select count(*) from app.subject") == 1


async def test_every_line_that_is_read_counts(fresh_database: Address, tmp_path: Path) -> None:
    """Also what is no record; but neither an empty line nor the header."""
    broken, table = tmp_path / "broken.ndjson", tmp_path / "product.csv"
    broken.write_bytes(b'{\n\n[]\n{"table": "nothing"}\n' + lines([first("subject")]))
    table.write_bytes(b"name,number\nMail\n\nMail,1\n")
    report = await import_files(fresh_database.system, [broken, table])
    assert [file.lines for file in report.files] == [4, 2]


async def test_lines_may_stand_in_any_order(fresh_database: Address) -> None:
    assert (await import_records(fresh_database.system, "f", reversed(records()))).ok


async def test_what_differs_is_changed_and_counts_as_a_version(fresh_database: Address) -> None:
    """Somebody who edits what was read before the import gets CONFLICT."""
    await import_records(fresh_database.system, "f", records())
    changed = [{**first("incident"), "title": "Mail is stuck"}, first("entitlement")]
    report = await import_records(fresh_database.system, "f", changed)
    assert report.counts == Counts(updated=1, unchanged=1)
    assert report.tables["incident"] == Counts(updated=1)
    versions = "select i.version || ' ' || e.version || ' ' || i.title from app.incident i, app.entitlement e"
    assert await _value(fresh_database, versions) == "2 1 Mail is stuck"


async def test_a_column_left_out_is_emptied_unless_the_table_has_a_value_for_it(fresh_database: Address) -> None:
    await import_records(fresh_database.system, "f", examples.bent("workspace", allow_personal_accounts=True))
    bare = {name: value for name, value in first("workspace").items() if name != "purpose"}
    report = await import_records(fresh_database.system, "f", [bare])
    assert report.counts == Counts(updated=1)
    kept = "select allow_personal_accounts and purpose is null from app.workspace"
    assert await _value(fresh_database, kept)


async def test_the_ledger_is_never_rewritten(fresh_database: Address) -> None:
    """I-8: the same row again is passed over, another one under its id is a problem."""
    await import_records(fresh_database.system, "f", records())
    report = await import_records(fresh_database.system, "f", [{**first("consumption"), "quantity": "2.00"}])
    assert [str(problem) for problem in report.problems] == [
        "f:1: consumption.id: I-8: another row is recorded under this id, and records are not rewritten"
    ]
    assert (await import_records(fresh_database.system, "f", [first("consumption")])).counts == Counts(unchanged=1)


async def test_licence_activity_moves_freshness_on_and_never_back(fresh_database: Address) -> None:
    await import_records(fresh_database.system, "f", records())
    freshness = "select as_of::text from app.freshness where source = 'license_activity'"
    assert await _value(fresh_database, freshness) == "2025-06-12"
    for day, expected in (("2025-06-20", "2025-06-20"), ("2025-05-01", "2025-06-20")):
        at = datetime(2025, 7, 1, tzinfo=UTC)
        await import_records(fresh_database.system, "f", [{**first("license_activity"), "active_on": day}], at=at)
        assert await _value(fresh_database, freshness) == expected
    loaded = "select loaded_at from app.freshness where source = 'license_activity'"
    assert await _value(fresh_database, loaded) == datetime(2025, 7, 1, tzinfo=UTC)


async def test_a_connection_of_ones_own_can_be_used_whatever_its_codecs(fresh_database: Address) -> None:
    """The runtime's connections speak text for some types; a transaction that is open stays open."""
    connection = await asyncpg.connect(fresh_database.system)
    try:
        for name in ("uuid", "numeric", "date"):
            await connection.set_type_codec(name, encoder=str, decoder=str, schema="pg_catalog", format="text")
        async with connection.transaction():
            assert (await import_records(connection, "f", records())).ok
            assert (await import_records(connection, "f", records())).ok
        assert await connection.fetchval("select count(*) from app.incident") == 1
    finally:
        await connection.close()


async def test_whoever_watches_hears_of_every_phase(fresh_database: Address, tmp_path: Path) -> None:
    file = tmp_path / "f.ndjson"
    file.write_bytes(lines(records()))
    steps: list[Step] = []
    await import_files(fresh_database.system, [file], progress=steps.append)
    last = {step.phase: step for step in steps}
    assert list(last) == [Phase.READING, Phase.CHECKING, Phase.LOADING]
    assert all(step.done == step.total for step in last.values())
    assert last[Phase.READING].total == file.stat().st_size


async def test_many_lines_are_copied_in_batches(fresh_database: Address, tmp_path: Path) -> None:
    await import_records(fresh_database.system, "f", records())
    common = first("license_activity")
    file = tmp_path / "f.ndjson"
    file.write_bytes(lines({**common, "user_key": f"u-{number}"} for number in range(12_000)))
    steps: list[Step] = []
    report = await import_files(fresh_database.system, [file], progress=steps.append)
    assert report.counts == Counts(inserted=12_000)
    assert [step.phase for step in steps].count(Phase.READING) == 3


async def test_what_is_not_the_files_fault_is_raised_and_leaves_nothing(database: Address) -> None:
    """A role that may not write: no report hides it."""
    connection = await asyncpg.connect(database.app)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await import_records(connection, "f", records())
        assert not connection.is_in_transaction()
    finally:
        await connection.close()


async def test_a_table_is_loaded_after_those_that_it_refers_to() -> None:
    """No circle between tables: a self reference is one statement's own business."""
    tables = [table.name for table in Table.metadata.sorted_tables]
    for table in Table.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            target = key.referred_table.name
            assert target == table.name or tables.index(target) < tables.index(table.name)
