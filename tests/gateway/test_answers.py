"""Answers on the wire: statuses, shapes, and what a client never reads."""

import logging

import asyncpg
import orjson
import pytest
from graphql import GraphQLError
from starlette.responses import Response

from gateway import answers
from tenancy.errors import CODES, Forbidden, NotFound, RateLimited, Refusal, Unavailable


def body(response: Response) -> dict[str, object]:
    found: dict[str, object] = orjson.loads(response.body)
    return found


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_status_and_its_own_words(code: str) -> None:
    """Security 2.0"""
    answer = answers.refusal(Refusal(code), answers.GRAPHQL)
    assert answer.status_code == answers.STATUS.get(code, 400)
    assert body(answer) == {"errors": [{"message": CODES[code].message, "extensions": {"code": code}}]}


@pytest.mark.parametrize(
    ("code", "status"), [("BAD_REQUEST", 400), ("QUERY_TOO_COMPLEX", 200), ("UNAUTHENTICATED", 401)]
)
def test_under_plain_json_a_graphql_refusal_is_200_and_a_refusal_of_the_transport_is_not(
    code: str, status: int
) -> None:
    assert answers.refusal(Refusal(code), answers.JSON).status_code == status


def test_who_is_to_come_back_is_told_when() -> None:
    """3.5: not all in the same moment, where all were sent away in the same moment"""
    assert answers.refusal(RateLimited("principal", 2.5), answers.GRAPHQL).headers["retry-after"] == "3"
    told = {answers.refusal(Unavailable(), answers.GRAPHQL).headers["retry-after"] for _ in range(200)}
    assert told == {"1", "2", "3"}


def test_a_refusal_may_bring_headers_of_its_own() -> None:
    answer = answers.refusal(Refusal("UNAUTHENTICATED"), answers.JSON, {"x-own": "1"})
    assert (answer.headers["x-own"], answer.headers["www-authenticate"]) == ("1", "Bearer")


def test_an_answer_is_for_its_reader_alone() -> None:
    """H-10"""
    answer = answers.executed({"a": 1}, [], answers.GRAPHQL)
    assert (answer.status_code, body(answer)) == (200, {"data": {"a": 1}})
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Authorization" in answer.headers["vary"]


def failed(code: str, *path: str | int) -> GraphQLError:
    return GraphQLError("x", path=path, original_error=Unavailable(code))


@pytest.mark.parametrize("media_type", [answers.GRAPHQL, answers.JSON])
@pytest.mark.parametrize(
    ("data", "errors", "status"),
    [
        ({"a": None}, [failed("UNAVAILABLE", "a")], 503),
        ({"a": None}, [failed("UNAVAILABLE", "a", "case", 0)], 503),
        ({"a": None, "b": None}, [failed("UNAVAILABLE", "a"), failed("UNAVAILABLE", "b")], 503),
        ({"a": None, "b": None}, [failed("DEADLINE_EXCEEDED", "a"), failed("UNAVAILABLE", "b")], 504),
        (None, [failed("DEADLINE_EXCEEDED", "a")], 504),
        ({"a": {"b": None}}, [failed("UNAVAILABLE", "a", "b")], 200),
        ({"a": None, "b": 1}, [failed("UNAVAILABLE", "a")], 200),
        ({"a": None, "b": None}, [failed("UNAVAILABLE", "a")], 200),
        ({"a": None, "b": None}, [failed("UNAVAILABLE", "a"), failed("NOT_FOUND", "b")], 200),
        ({"a": None}, [failed("NOT_FOUND", "a")], 200),
        (None, [failed("INTERNAL", "a")], 200),
    ],
)
def test_an_answer_of_which_nothing_is_left_says_so_by_its_status(
    data: dict[str, object] | None, errors: list[GraphQLError], status: int, media_type: str
) -> None:
    """Security 2.0: 503 with Retry-After and 504; where anything is left of it, or was decided, 200 and its errors"""
    answer = answers.executed(data, errors, media_type, {"cost": 1})
    told = body(answer)
    assert (answer.status_code, answer.headers.get("retry-after") is not None) == (status, status == 503)
    assert told["errors"] == answers.shown(errors)
    assert told["extensions"] == {"cost": 1}
    assert told.get("data", "none") == (data if status == 200 else "none")


def test_a_refusal_in_a_field_keeps_its_extensions() -> None:
    error = GraphQLError("x", path=["a", 0], original_error=Forbidden(rule="CA-11", field="some_field"))
    (shown,) = answers.shown([error])
    assert shown == {
        "path": ["a", 0],
        "message": CODES["FORBIDDEN"].message,
        "extensions": {"code": "FORBIDDEN", "field": "someField", "rule": "CA-11"},
    }


def test_graphql_own_errors_keep_their_words() -> None:
    (plain,) = answers.shown([GraphQLError("Cannot return null for non-nullable field.")])
    assert plain["extensions"]["code"] == "INTERNAL"
    (coded,) = answers.shown([GraphQLError("Syntax Error", extensions={"code": "GRAPHQL_PARSE_FAILED"})])
    assert coded == {"message": "Syntax Error", "extensions": {"code": "GRAPHQL_PARSE_FAILED"}}


def test_a_surprise_says_nothing_but_its_number(caplog: pytest.LogCaptureFixture) -> None:
    """G-17, T-14"""
    with caplog.at_level(logging.ERROR):
        (shown,) = answers.shown([GraphQLError("x", original_error=KeyError("tenant_id"))])
    assert shown["message"] == CODES["INTERNAL"].message
    assert set(shown["extensions"]) == {"code", "errorId"}
    assert shown["extensions"]["errorId"] in caplog.text
    assert "tenant_id" not in str(shown)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"), "UNAVAILABLE"),
        (asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"), "UNAVAILABLE"),
        (asyncpg.CrashShutdownError("terminating connection because of crash"), "UNAVAILABLE"),
        (asyncpg.QueryCanceledError("canceling statement due to statement timeout"), "DEADLINE_EXCEEDED"),
        (asyncpg.UndefinedTableError("no such table"), "INTERNAL"),
    ],
)
def test_a_database_that_fails_under_a_field_asks_to_come_back(cause: Exception, told: str) -> None:
    """D-02, F-01 to F-16: wherever in the answer it was read"""
    error = GraphQLError("x", path=["createCase", "case"], original_error=cause)
    (shown,) = answers.shown([error])
    assert (shown["extensions"]["code"], answers.code_of(error)) == (told, told)
    assert str(cause) not in str(shown)


def test_no_more_than_twenty_errors_are_told() -> None:
    answer = answers.refused([answers.described(NotFound())] * 50, answers.GRAPHQL)
    errors = body(answer)["errors"]
    assert isinstance(errors, list)
    assert len(errors) == answers.MOST_ERRORS


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, answers.JSON),
        ("", None),
        ("*/*", answers.JSON),
        ("text/html", None),
        ("APPLICATION/JSON", answers.JSON),
        (f"text/html, {answers.GRAPHQL};q=0.5", answers.GRAPHQL),
        (f"{answers.JSON};q=0, */*", answers.GRAPHQL),
        (f"{answers.JSON}, */*", answers.JSON),
        (f"{answers.GRAPHQL};q=0.5, */*", answers.JSON),
        (f"{answers.GRAPHQL};q=0.9, */*;q=0.1", answers.GRAPHQL),
        ("application/*;q=0, */*", None),
        (f"{answers.JSON};q=x", None),
    ],
)
def test_the_media_type_is_one_of_two(accept: str | None, kind: str | None) -> None:
    assert answers.negotiated(accept) == (kind if accept else answers.JSON)
