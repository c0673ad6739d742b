"""docs/import.md is true."""

import re
from pathlib import Path

from tenancy.importing import import_files
from tenancy.importing.shapes import shapes
from tests.ground import Address
from tests.tenancy.importing import examples


async def test_the_examples_of_the_document_can_be_loaded_as_they_stand(
    fresh_database: Address, tmp_path: Path
) -> None:
    (tmp_path / "examples.ndjson").write_text(examples.ndjson())
    for name, text in examples.csv().items():
        (tmp_path / name).write_text(text)
    files = [tmp_path / "examples.ndjson", *(tmp_path / name for name in examples.csv())]

    report = await import_files(fresh_database.system, files)

    assert [str(problem) for file in report.files for problem in file.problems] == []
    assert report.counts.inserted == len(examples.records()) + 2


def test_every_table_has_an_example() -> None:
    assert {record["table"] for record in examples.records()} == set(shapes())


def test_the_document_lists_the_columns_of_every_table() -> None:
    text = examples.DOCUMENT.read_text()
    for name, shape in shapes().items():
        row = re.search(rf"^\| `{name}` \| (.*?) \| (.*?) \|$", text, re.M)
        assert row, name
        required, rest = (re.findall(r"`(\w+)`", cell) for cell in row.groups())
        assert required == list(shape.required), name
        assert rest == [column.name for column in shape.columns if column.name not in shape.required], name
