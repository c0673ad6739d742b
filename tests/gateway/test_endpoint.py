"""/graphql over HTTP: what it takes, and what it answers to everything else."""

import json
from typing import Any

import httpx2
import orjson
import pytest

from tests.talk import identified
from tests.world import GRAPHQL, URL, World

JSON, ASK = "application/json", {"query": "{ viewer { name } }"}


async def post(world: World, content: Any = None, **headers: str) -> httpx2.Response:
    """A request as Rae would send it, with other headers or another body."""
    usual = {"authorization": f"Bearer {world.token('rae')}", "content-type": "application/json", "accept": GRAPHQL}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    body = orjson.dumps(ASK) if content is None else content
    return await world.client.post("/graphql", content=body, headers=usual | given)


def code(answer: httpx2.Response) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


async def test_a_document_is_answered(world: World) -> None:
    answer = await post(world)
    assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": {"name": "Rae Reed"}}})
    assert answer.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"])
async def test_only_get_and_post_are_answered(world: World, method: str) -> None:
    """H-13"""
    answer = await world.client.request(method, "/graphql", params={"query": "{ viewer { name } }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("accept", ["text/html", "application/xml, image/*", "application/problem+json"])
async def test_what_the_client_cannot_read_is_not_sent(world: World, accept: str) -> None:
    answer = await post(world, accept=accept)
    assert (answer.status_code, answer.content) == (406, b"")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/*;q=0.5", "application/json"),
        ("application/json, application/graphql-response+json", GRAPHQL),
        ("text/html, application/graphql-response+json;q=0.1", GRAPHQL),
    ],
)
async def test_the_answer_has_a_type_that_the_client_takes(world: World, accept: str, kind: str) -> None:
    answer = await post(world, accept=accept)
    assert answer.headers["content-type"].startswith(kind)


async def test_without_a_token_not_a_byte_is_parsed(world: World) -> None:
    """K-01"""
    answer = await world.client.post("/graphql", content=b"{{{", headers={"accept": GRAPHQL})
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "data" not in answer.json()


@pytest.mark.parametrize("kind", ["", "text/plain", "application/graphql", f"{JSON}; v=1; charset=latin-1"])
async def test_a_body_of_another_type_is_not_read(world: World, kind: str) -> None:
    answer = await post(world, content_type=kind)
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")


@pytest.mark.parametrize("kind", [f"{JSON}; v=1; charset=UTF-8", 'APPLICATION/JSON;charset="utf-8"', f"{JSON};"])
async def test_json_is_recognised_however_it_is_spelled(world: World, kind: str) -> None:
    assert (await post(world, content_type=kind)).status_code == 200


@pytest.mark.parametrize("packed", ["gzip", "br", "deflate", "identity, gzip"])
async def test_a_packed_body_is_not_unpacked(world: World, packed: str) -> None:
    """H-06: a kilobyte can unpack to a gigabyte"""
    assert (await post(world, content_encoding=packed)).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b'"{ viewer { name } }"',
        b"[]",
        json.dumps([ASK]).encode(),
        b"{}",
        b'{"query": null}',
        b'{"query": 1}',
        b'{"query": "{ viewer { name } }", "variables": []}',
        b'{"query": "{ viewer { name } }", "variables": "{}"}',
        b'{"query": "{ viewer { name } }", "operationName": 1}',
        b'{"query": "{ viewer { name } }", "extensions": 1}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:24].decode(errors="replace") or "empty",
)
@pytest.mark.parametrize("accept", [GRAPHQL, "application/json"])
async def test_what_is_no_request_is_refused(world: World, body: bytes, accept: str) -> None:
    """G-04, H-04: whatever the client accepts, this is no GraphQL answer"""
    answer = await post(world, body, accept=accept)
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


async def test_a_body_may_have_128_kilobytes_and_no_more(world: World) -> None:
    """H-05"""
    fits = orjson.dumps({**ASK, "extensions": {"x": "x" * 100_000}})
    assert (await post(world, fits)).status_code == 200
    assert (await post(world, fits + b" " * 40_000)).status_code == 413


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { viewer { name } } query B { viewer { name } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { viewer { name } }", "operationName": "B"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { viewer { name } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ viewer @defer { name } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { case(id: $id) { id } }"}, "BAD_USER_INPUT"),
        ({"query": "query ($n: Int) { cases(first: $n) { totalCount } }", "variables": {"n": "1"}}, "BAD_USER_INPUT"),
        ({"query": "{" + " ".join(f"a{n}: viewer {{ name }}" for n in range(31)) + "}"}, "QUERY_TOO_COMPLEX"),
    ],
)  # fmt: skip
async def test_a_document_that_cannot_run_is_refused(world: World, request_: dict[str, Any], expected: str) -> None:
    """Security 2.0: 400 without data; 200 with the same body for those who accept application/json only"""
    answer = await post(world, orjson.dumps(request_))
    assert (answer.status_code, code(answer), "data" in answer.json()) == (400, expected, False)
    older = await post(world, orjson.dumps(request_), accept="application/json")
    assert (older.status_code, older.json()) == (200, answer.json())


_UPDATE = "mutation ($input: UpdateCaseInput!) { updateCase(input: $input) { planned } }"


@pytest.mark.parametrize(
    ("query", "variables", "fields"),
    [
        ("query ($id: ID!) { case(id: $id) { id } }", {}, ["id"]),
        ("query ($n: Int) { cases(first: $n) { totalCount } }", {"n": "1"}, ["n"]),
        ("query ($w: [ID!]) { customerActivity(workspaceIds: $w) { asOf } }", {"w": ["a", {}]}, ["w[1]"]),
        ("query ($f: CaseFilter) { cases(filter: $f) { totalCount } }", {"f": {"createdSince": "x"}}, ["createdSince"]),
        (_UPDATE, {"input": {"caseId": "a", "version": 1, "patch": {"priority": "HUGE"}}}, ["patch.priority"]),
        (_UPDATE, {"input": {"caseId": [], "version": "1", "patch": {}}}, ["caseId", "version"]),
    ],
)
async def test_a_variable_that_does_not_fit_is_named_by_its_place(
    world: World, query: str, variables: dict[str, Any], fields: list[str]
) -> None:
    """5.2: `field` tells where, as it does when a resolver refuses."""
    body = (await post(world, orjson.dumps({"query": query, "variables": variables}))).json()
    assert [error["extensions"] for error in body["errors"]] == [
        {"code": "BAD_USER_INPUT", "field": field} for field in fields
    ]


async def test_the_named_operation_is_the_one_that_runs(world: World) -> None:
    """G-16"""
    both = "query A { viewer { name } } query B { viewer { accountType } }"
    answer = await post(world, orjson.dumps({"query": both, "operationName": "B"}))
    assert answer.json()["data"] == {"viewer": {"accountType": "WORK_SCHOOL"}}


async def test_errors_name_their_place_in_document_and_answer(world: World) -> None:
    answer = await post(world, orjson.dumps({"query": '{\n  case(id: "x") { id }\n}'}))
    (error,) = answer.json()["errors"]
    assert (error["path"], error["locations"]) == (["case"], [{"line": 2, "column": 3}])


async def test_twenty_errors_are_enough(world: World) -> None:
    """G-08"""
    wrong = "{ viewer { " + " ".join(f"no{n}" for n in range(100)) + " } }"
    assert len((await post(world, orjson.dumps({"query": wrong}))).json()["errors"]) == 20


@pytest.mark.parametrize("wanted", ["nonsense", "VGVuYW50Og==", "Q2FzZToxMjM="])
async def test_a_tenant_that_is_none_looks_like_a_foreign_one(world: World, wanted: str) -> None:
    """T-05, D-31"""
    answer = await post(world, x_tenant=wanted)
    foreign = await post(world, x_tenant=identified("Tenant", "fabrikam"))
    assert (answer.status_code, foreign.status_code, code(answer), code(foreign)) == (
        404,
        404,
        "NOT_FOUND",
        "NOT_FOUND",
    )
    assert answer.json() == foreign.json()


@pytest.mark.parametrize("wanted", ["nonsense", "V29ya3NwYWNlOg==", identified("Tenant", "contoso")])
async def test_a_workspace_that_is_none_is_not_found_at_once(world: World, wanted: str) -> None:
    """T-05: also by documents that never ask for the current workspace."""
    answer = await post(world, x_workspace=wanted)
    (error,) = answer.json()["errors"]
    assert answer.status_code == 404
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "X-Workspace"}


@pytest.mark.parametrize("header", ["x_tenant", "x_workspace"])
async def test_an_empty_choice_is_none(world: World, header: str) -> None:
    asked = orjson.dumps({"query": "{ customerActivity(asOf: null) { workspaces { name } } }"})
    assert (await post(world, asked, **{header: ""})).json() == (await post(world, asked)).json()


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_let_go(world: World) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"authorization": f"Bearer {world.token('rae')}", "content-type": "application/json", "host": "127.0.0.1"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "app": world.app,
    }
    await world.app(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_another_host_name_is_refused_first_of_all(world: World) -> None:
    """H-08"""
    assert (await post(world, host="attacker.example")).status_code == 400
    assert (await world.client.get(f"{URL}/livez")).status_code == 200
