"""A revision begins with what is drafted of its new tables."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from migrations.draft import draft, draft_of
from migrations.revision import begin
from migrations.run import head
from tenancy.tables import Table


def test_a_revision_holds_all_that_the_draft_says_of_its_tables(tmp_path: Path) -> None:
    script = begin(tmp_path, "files", "Files that are written behind requests.", ["export_job"])
    owner, *statements = script.read_text().removesuffix(";\n").split(";\n\n")
    drafted = draft().removesuffix(";\n").split(";\n\n")
    assert owner == "set local role gw_owner"
    assert statements == [each for each in drafted if "app.export_job" in each and "function" not in each]
    assert any(each.startswith("create policy tenant_floor on app.export_job") for each in statements)


def test_the_tables_drafted_one_by_one_are_those_of_the_whole_draft() -> None:
    whole = set(draft().removesuffix(";\n").split(";\n\n"))
    one_by_one = [draft_of([table.name]) for table in Table.metadata.sorted_tables]
    assert {each for text in one_by_one for each in text.removesuffix(";\n").split(";\n\n")} <= whole


def test_a_revision_follows_the_newest(tmp_path: Path) -> None:
    script = begin(tmp_path, "wishes", "Something else.", [])
    spec = spec_from_file_location("wishes", script.with_suffix(".py"))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (module.__doc__, module.down_revision) == ("Something else.", head())
    assert module.revision == script.name[1:5] == f"{int(head()) + 1:04}"
    assert script.read_text() == "set local role gw_owner;\n\n"


def test_a_table_that_nobody_declared_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no table wish"):
        begin(tmp_path, "wishes", "Something else.", ["wish"])
    assert list(tmp_path.iterdir()) == []
