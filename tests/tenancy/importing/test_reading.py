from pathlib import Path
from typing import Any

import pytest

from tenancy.importing.problems import MOST, Problems
from tenancy.importing.reading import File


def _read(path: Path) -> tuple[list[tuple[int, str, dict[str, Any]]], list[str]]:
    problems = Problems(path.name)
    lines = [(line.number, line.shape.name, line.record) for line in File(path).lines(problems) if line]
    return lines, [str(problem) for problem in problems]


def test_every_line_of_ndjson_is_a_record_of_the_table_it_names(tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    file.write_bytes(b'{"table": "tenant", "name": "A"}\r\n\n  \n{"table": "subject", "title": "B"}')
    assert _read(file) == ([(1, "tenant", {"name": "A"}), (4, "subject", {"title": "B"})], [])


def test_a_line_that_is_no_record_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_bytes(
        b'{"table": "tenant"\n[1]\n{"name": "A"}\n{"table": "users"}\n{"table": 1}\n"\xff"\n{"table": "sla"}\n'
    )
    lines, problems = _read(file)
    assert [number for number, *_ in lines] == [7]
    assert [problem.partition(": ")[0] for problem in problems] == [f"some.jsonl:{n}" for n in range(1, 7)]
    assert "is not JSON" in problems[0]
    assert problems[1] == "some.jsonl:2: must be a JSON object"
    assert problems[2] == "some.jsonl:3: table: is required"
    assert problems[3].startswith("some.jsonl:4: table: must be one of agreement, ")


def test_a_csv_file_is_a_table_and_an_empty_cell_is_nothing(tmp_path: Path) -> None:
    file = tmp_path / "product.csv"
    file.write_text('\ufeffname,number,parent_id\n"Mail, and\nmore",P1,\n\nChat,P2,"x"\n')
    lines, problems = _read(file)
    assert problems == []
    assert lines == [
        (2, "product", {"name": "Mail, and\nmore", "number": "P1"}),
        (5, "product", {"name": "Chat", "number": "P2", "parent_id": "x"}),
    ]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("people.csv", b"a\n", "must be named after a table"),
        ("product.csv", b"", "product: must begin with the names of the columns"),
        ("product.csv", b"name,colour\n", "1: product.colour: is no column of this table"),
        ("product.csv", b"name,name\n", "1: product.name: is named twice"),
        ("product.csv", b"name,number\nMail\n", "2: product: must have 2 cells, has 1"),
        ("product.csv", b"name\n\xff\n", "product: must be text in UTF-8"),
        ("product.csv", b'name\n"Mail\n', "product: is not CSV"),
        ("audit_entry.csv", b"id\n", "1: audit_entry.id: is no column of this table"),
        ("product.xlsx", b"", "must end in .ndjson, .jsonl or .csv"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    lines, problems = _read(file)
    assert lines == []
    assert any(rule in problem for problem in problems), problems


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    assert _read(tmp_path / "gone.ndjson") == ([], ["gone.ndjson: cannot be read: No such file or directory"])


def test_after_a_hundred_problems_nobody_counts_on() -> None:
    problems = Problems("some.csv")
    for number in range(MOST + 1):
        problems.add(number, None, None, "wrong")
    assert (len(problems.found), problems.overflowed) == (100, True)
