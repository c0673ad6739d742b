"""Two tenants in one process: what one does, asks and owns never shows in the answers of the other (T-05 to T-09)."""

import asyncio
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest

from gateway.demo import ids
from resolvers.ids import encode
from tests.tenancy.callers import CONTOSO, FABRIKAM, node
from tests.tenancy.connections import Connection
from tests.tenancy.foreign import none_foreign
from tests.world import World

pytestmark = pytest.mark.isolation

CASES = """
query($first: Int!, $after: String, $view: CaseView! = ALL, $order: CaseOrder! = NEWEST, $filter: CaseFilter) {
  cases(first: $first, after: $after, view: $view, order: $order, filter: $filter) {
    totalCount pageInfo { endCursor } nodes { id workspace { id } customer { id } owner { id } entitlement { id } }
  }
}"""


@pytest.mark.parametrize("tenant", [FABRIKAM, ids.of("nowhere")])
@pytest.mark.parametrize(
    "document", ["{ viewer { name } }", "{ cases { totalCount } }", "{ workspaces { totalCount } }"]
)
async def test_a_header_that_names_a_foreign_tenant_grants_nothing(street: World, tenant: str, document: str) -> None:
    """T-05: NOT_FOUND, the same for a tenant that does not exist."""
    answer = await street.ask("gil", document, headers={"X-Tenant": encode("Tenant", tenant)})
    assert answer.status_code == 404
    none_foreign("answer", [answer.text], [await _absent_tenant(street)])


async def _absent_tenant(street: World) -> str:
    answer = await street.ask("gil", "{ viewer { name } }", headers={"X-Tenant": encode("Tenant", ids.of("never"))})
    return answer.text


async def test_a_header_that_names_a_foreign_workspace_grants_nothing(street: World) -> None:
    """T-05"""
    document = "{ customerActivity { workspaces { id } } }"
    headers = {"X-Workspace": node("Workspace", "fabrikam/W1")}
    body = (await street.ask("gil", document, headers=headers)).json()
    assert [error["extensions"]["code"] for error in body["errors"]] == ["NOT_FOUND"]


# --- cursors


async def _cursor(street: World, who: str, **variables: Any) -> str:
    data = await street.data(who, CASES, {"first": 1, **variables})
    return str(data["cases"]["pageInfo"]["endCursor"])


@pytest.mark.parametrize(
    ("who", "variables"),
    [
        ("mo", {}),
        ("fran", {}),
        ("gil", {"order": "OLDEST"}),
        ("gil", {"view": "ALL_ACTIVE"}),
        ("gil", {"filter": {"priority": "HIGH"}}),
    ],
)
async def test_a_cursor_fits_its_own_list_alone(street: World, who: str, variables: dict[str, Any]) -> None:
    """T-06: another principal, tenant, order, view or filter: the same refusal."""
    cursor = await _cursor(street, "gil")
    assert (await street.data("gil", CASES, {"first": 1, "after": cursor}))["cases"]["nodes"]
    body = (await street.ask(who, CASES, {"first": 1, "after": cursor, **variables})).json()
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}


async def test_a_cursor_of_one_parent_does_not_fit_another(street: World) -> None:
    """T-06"""
    document = """query($id: ID!, $after: String) {
      workspace(id: $id) { packages(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } } }"""
    one, other = node("Workspace", "contoso/W1"), node("Workspace", "contoso/W2")
    page = (await street.data("gil", document, {"id": one}))["workspace"]["packages"]
    body = (await street.ask("gil", document, {"id": other, "after": page["pageInfo"]["endCursor"]})).json()
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}


async def test_a_cursor_with_one_bit_turned_is_refused(street: World) -> None:
    """T-06: every bit, and the same words each time."""
    cursor = await _cursor(street, "gil")
    sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    seal = street.gateway.house.seal
    told = set()
    for place in random.Random(7).sample(range(len(sealed) * 8), 24):
        altered = bytearray(sealed)
        altered[place // 8] ^= 1 << place % 8
        text = urlsafe_b64encode(bytes(altered)).decode().rstrip("=")
        told.add((await street.ask("gil", CASES, {"first": 1, "after": text})).text)
    assert len(told) == 1
    assert "BAD_USER_INPUT" in told.pop()
    assert ids.of("contoso/K20").encode() not in sealed
    assert seal.close(["x"], ["y"]) != seal.close(["x"], ["z"])


# --- totals


TOTALS = """{
  cases(view: ALL) { totalCount } workspaces { totalCount } agreements { totalCount } products { totalCount }
  customerActivity(workspaceIds: ["ALL"]) {
    enterpriseWide { group lines { unit total consumed consumedInSelection remaining } } } }"""
GROW = """insert into app.incident select (jsonb_populate_record(i, jsonb_build_object(
    'id', gen_random_uuid(), 'ticket_number', 'GROWN-' || n))).*
  from app.incident i cross join generate_series(1, 1000) n where i.id = $1"""
USE = """insert into app.consumption select used.*
  from (select * from app.consumption where tenant_id = $1 limit 1) c cross join generate_series(1, 1000) n,
  jsonb_populate_record(null::app.consumption, to_jsonb(c) || jsonb_build_object(
    'id', md5(n::text)::uuid, 'reverses_id', null)) used"""


async def test_totals_do_not_move_with_the_rows_of_others(street: World, past: Connection) -> None:
    """T-07: counts and sums are exact, before and after another tenant grows by thousands."""
    before = await street.data("gil", TOTALS)
    theirs = (await street.data("fred", TOTALS))["cases"]["totalCount"]
    await past.execute(GROW, ids.of("fabrikam/K1"))
    await past.execute(USE, FABRIKAM)
    await past.execute("analyze app.incident, app.consumption")
    assert (await street.data("fred", TOTALS))["cases"]["totalCount"] == theirs + 1000
    none_foreign("totals", [repr(await street.data("gil", TOTALS))], [repr(before)])
    await past.execute("delete from app.incident where ticket_number like 'GROWN-%'")


# --- many at once


WHERE = """{ viewer { tenant { id } person { id } }
  cases(view: ALL, first: 5) { nodes { id title workspace { id name } owner { id } customer { id name } entitlement {
    id package { id agreement { id } } } } } workspaces { nodes { id packages(first: 2) { nodes { id } } } } }"""


async def test_interleaved_requests_of_two_tenants_do_not_cross(street: World, past: Connection) -> None:
    """T-09: a thousand requests, the same document and the same loaders, eight at a time."""
    people = ("gil", "fred", "mo", "fran")
    alone = {who: (await street.ask(who, WHERE)).text for who in people}
    assert len(set(alone.values())) == len(people)
    none_foreign("tenants", [FABRIKAM in alone["gil"], CONTOSO in alone["fred"]], [False])
    order = [people[turn % 4] for turn in range(1000)]
    random.Random(11).shuffle(order)
    turns = iter(order)

    async def ask() -> None:
        for who in turns:
            answer = await street.ask(who, WHERE)
            none_foreign(who, [answer.text], [alone[who]])

    await asyncio.gather(*(ask() for _ in range(8)))
