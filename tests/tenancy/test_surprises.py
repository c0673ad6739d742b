"""What the database says stays in the house: a code, or an error id, never SQL, names or values (T-14, T-20, T-24)."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from gateway.demo import ids
from resolvers import case_opening
from tenancy.changes import Change
from tenancy.tables import Agreement
from tests.tenancy.callers import node
from tests.tenancy.connections import Connection
from tests.tenancy.foreign import prints
from tests.world import World

OPEN = "mutation($input: CreateCaseInput!) { createCase(input: $input) { case { id } userErrors { code message } } }"
TALK = ("incident", "constraint", "violates", "app.", "syntax", "select", "permission", "fk_", "ck_", "uq_", "asyncpg")


def wanted(**more: Any) -> dict[str, Any]:
    base = {"title": "Printer", "supportKind": "PROBLEM_RESOLUTION", "workspaceId": node("Workspace", "contoso/W1")}
    return {"input": {**base, "idempotencyKey": str(uuid4()), **more}}


BROKEN: Mapping[str, dict[str, Any]] = {
    "23503": {"subject_id": "5bd3aa0d-0000-4000-8000-00000000beef"},
    "23514": {"priority": "SECRETVALUE"},
    "22P02": {"subject_id": "secretvalue"},
    "22001": {"title": "secretvalue" * 50},
    "23502": {"title": None},
}
"""SQLSTATE -> columns of a new case that provoke it."""


@pytest.mark.parametrize("state", BROKEN)
async def test_what_the_database_refuses_is_masked(
    street: World, past: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    """T-14: the client gets an error id, the log the rest, the tables nothing."""
    complete = case_opening._complete

    def broken(*given: Any) -> dict[str, Any]:
        return {**complete(*given), **BROKEN[state]}

    monkeypatch.setattr(case_opening, "_complete", broken)
    await _masked(street, past, caplog)


async def test_what_the_role_may_not_do_is_masked(
    street: World, past: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """T-14: 42501"""

    async def forbidden(change: Change, *_: Any) -> None:
        await change.remove(Agreement, {"id": ids.of("contoso/A1")})

    monkeypatch.setattr(case_opening, "_announce", forbidden)
    await _masked(street, past, caplog)


async def _masked(street: World, past: Connection, caplog: pytest.LogCaptureFixture) -> None:
    before = await prints(past)
    with caplog.at_level(logging.CRITICAL):
        answer = await street.ask("mo", OPEN, wanted())
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert len(error["extensions"]["errorId"]) == 32
    assert error["message"] == "Something went wrong on our side."
    body = answer.text.lower()
    assert [word for word in (*TALK, "secretvalue", "beef") if word in body.replace("/graphql", "")] == []
    assert await prints(past) == before


async def test_a_name_that_is_taken_is_a_conflict(
    street: World, past: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-14: 23505 within the tenant, told by a code and no name."""
    taken = await past.fetchval("select ticket_number from app.incident where id = $1", ids.of("contoso/K1"))
    answer = await _numbered(street, monkeypatch, taken)
    assert answer["createCase"]["userErrors"][0]["code"] == "CONFLICT"
    assert taken not in str(answer)


async def test_a_name_that_another_tenant_has_is_free(
    street: World, past: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-04: one tenant's names tell nothing about another's."""
    theirs = await past.fetchval("select ticket_number from app.incident where id = $1", ids.of("fabrikam/K1"))
    answer = await _numbered(street, monkeypatch, theirs)
    assert answer["createCase"]["userErrors"] == []
    assert await past.fetchval("select count(*) from app.incident where ticket_number = $1", theirs) == 2


async def _numbered(street: World, monkeypatch: pytest.MonkeyPatch, number: str) -> Any:
    complete = case_opening._complete

    def numbered(*given: Any) -> dict[str, Any]:
        return {**complete(*given), "ticket_number": number}

    monkeypatch.setattr(case_opening, "_complete", numbered)
    return await street.data("mo", OPEN, wanted())


@pytest.mark.parametrize("field", ["tenantId", "id", "state", "createdBy", "remaining", "ticketNumber", "modifiedAt"])
async def test_an_input_takes_no_field_that_it_does_not_name(street: World, past: Connection, field: str) -> None:
    """T-20: refused by the contract, before anything runs."""
    before = await prints(past)
    answer = await street.ask("mo", OPEN, wanted(**{field: "ACTIVE"}))
    assert answer.status_code == 400
    assert "data" not in answer.json()
    assert await prints(past) == before


SEARCH = "query($text: String!) { customers(search: $text) { totalCount nodes { name } } }"


@pytest.mark.parametrize("text", ["%", "_", "\\", "%%", "\\%", "'", "' or true --", "\u202emoc", "x" * 200, "\ud7ff"])
async def test_letters_of_a_search_are_only_letters(street: World, text: str) -> None:
    """T-24: no name holds them, so no name is found."""
    answer = (await street.ask("mo", SEARCH, {"text": text})).json()
    assert (
        answer.get("errors", [{"extensions": {"code": "BAD_USER_INPUT"}}])[0]["extensions"]["code"] == "BAD_USER_INPUT"
    )
    assert answer["data"] is None or answer["data"]["customers"] is None or answer["data"]["customers"]["nodes"] == []


@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 10_000])
async def test_what_no_name_can_hold_is_bad_input(street: World, text: str) -> None:
    """T-24"""
    answer = (await street.ask("mo", SEARCH, {"text": text})).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_search_finds_letters_in_any_case(street: World) -> None:
    """CS-22"""
    names = [row["name"] for row in (await street.data("mo", SEARCH, {"text": "ToStAdO"}))["customers"]["nodes"]]
    assert names == ["Tom Tostado", "Tostado Ltd"]
