"""Files for spreadsheets: nothing in a text is calculated, and no number is touched (E-01, E-02, E-08)."""

import csv
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.sheets import CellKind, Column, Sheet, csv_text, json_text, neutral

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
LABELS = Sheet("labels", (Column("label"), Column("quantity", CellKind.NUMBER), Column("day", CellKind.DAY)), ())


@pytest.mark.parametrize("start", STARTS)
def test_e_01_a_text_that_begins_like_a_formula_is_made_harmless(start: str) -> None:
    assert neutral(f"{start}HYPERLINK(0)") == f"'{start}HYPERLINK(0)"


@pytest.mark.parametrize("separator", [",", ";", ", ", "\n"])
def test_e_01_so_is_one_behind_a_separator(separator: str) -> None:
    assert neutral(f"Mail{separator}=1+1") == f"Mail{separator}'=1+1"


def test_e_02_numbers_stay_and_telephone_numbers_do_not() -> None:
    sheet = Sheet("s", LABELS.columns, [("+45 12 34", "-12.50", "2025-06-15"), ("plain", "1.00", None)])
    text, changed = csv_text(sheet)
    assert text.splitlines()[1:] == ["'+45 12 34,-12.50,2025-06-15", "plain,1.00,"]
    assert changed == ("label 1",)


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=5))
def test_e_08_every_text_parses_back_as_it_was_written(texts: list[str]) -> None:
    sheet = Sheet("s", LABELS.columns, [(text, "1.00", None) for text in texts])
    rows = list(csv.reader(StringIO(csv_text(sheet)[0], newline="")))
    assert [row[0] for row in rows[1:]] == [neutral(text) for text in texts]
    assert not any(row[0][:1] in STARTS for row in rows[1:] if row[0])


def test_json_holds_the_texts_as_they_are() -> None:
    sheet = Sheet("s", LABELS.columns, [("=1", "1.00", None)])
    assert json.loads(json_text(sheet)) == [{"label": "=1", "quantity": "1.00", "day": None}]
