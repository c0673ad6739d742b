"""What is remembered of documents, and that nothing else is."""

import gc
from contextlib import suppress

import pytest

from schema.contract import contract
from schema.execution import Engine, Refused
from schema.execution.kept import NEWCOMERS
from tests.fuzz.search import SEEDS, known
from tests.schema.execution.test_engine import SCHEMA

FIELD = "{ %s: orders { id } }"


def test_only_so_many_documents_are_remembered() -> None:
    engine = Engine(SCHEMA, documents=2)
    first = engine.document(FIELD % "a")
    engine.document(FIELD % "b")
    engine.document(FIELD % "c")
    assert engine.document(FIELD % "a") is not first
    assert len(engine._kept) == 2
    assert engine._kept.characters == 2 * len(FIELD % "a")


def test_documents_that_come_once_drive_out_none_that_is_in_use() -> None:
    """F-18: a stream of hostile documents must not make the good ones dear."""
    engine = Engine(SCHEMA, documents=2)
    used = engine.document(FIELD % "used")
    assert engine.document(FIELD % "used") is used
    for number in range(9):
        engine.document(FIELD % f"once{number}")
    assert engine.document(FIELD % "used") is used


def test_what_came_once_is_bounded_by_its_characters() -> None:
    engine = Engine(SCHEMA)
    for number in range(9):
        engine.document((FIELD % f"a{number}").ljust(NEWCOMERS // 4))
    assert len(engine._kept) == 4
    assert engine._kept.characters <= NEWCOMERS


@pytest.mark.parametrize("text", [*SEEDS, *known()], ids=lambda text: text[:40])
def test_a_document_leaves_nothing_that_only_a_collection_of_garbage_would_free(text: str) -> None:
    """F-18: a hundred such documents would otherwise stop everybody while their rings are looked for."""
    engine = Engine(contract)
    gc.collect()
    gc.disable()
    try:
        with suppress(Refused):
            engine.document(text)
        assert gc.collect() < 50
    finally:
        gc.enable()
