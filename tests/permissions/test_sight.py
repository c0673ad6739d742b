"""Everybody's sight of the demo world: as a text to review, and against a second computation from the records."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.people import Person, people
from resolvers import ids
from tests.golden import compare
from tests.permissions.naive import Sight, rows, tenants_of
from tests.talk import named
from tests.world import World

HERE = Path(__file__).parent
SEEN = """{
  workspaces(first: 100) { nodes { id } }
  agreements(first: 100) { nodes { id } }
  cases(view: ALL, first: 100) { nodes { id } }
}"""
HUMANS = [person for person in people() if person.is_known and person.account_type != "APPLICATION"]


async def ask(world: World, person: Person, tenant: str) -> dict[str, Any]:
    """What the API shows: ids by list, or the code of a refusal."""
    answer = await world.ask(person.key, SEEN, headers={"x-tenant": ids.encode("Tenant", tenant)})
    body = answer.json()
    refused = {error["path"][0]: error["extensions"]["code"] for error in body.get("errors", ())}
    return {
        field: {ids.decode(node["id"])[1] for node in page["nodes"]} if page else refused[field]
        for field, page in body["data"].items()
    }


@pytest.mark.parametrize("person", HUMANS, ids=lambda person: person.key)
async def test_sight_is_what_the_rules_say(world: World, person: Person) -> None:
    """CA-12, 3.4, 5.8: for every person, every tenant and every case"""
    for tenant in tenants_of(person):
        sight = Sight(person, tenant)
        if sight.shut_out:
            expected: dict[str, Any] = dict.fromkeys(("workspaces", "agreements", "cases"), "ACCOUNT_TYPE_NOT_ALLOWED")
        else:
            expected = {
                "workspaces": {row["id"] for row in rows("workspace", tenant_id=tenant) if sight.lists(row)},
                "agreements": {row["id"] for row in rows("agreement", tenant_id=tenant) if sight.sees_agreement(row)},
                "cases": {row["id"] for row in rows("incident", tenant_id=tenant) if sight.sees_case(row)},
            }
        assert await ask(world, person, tenant) == expected


@pytest.mark.parametrize("person", HUMANS, ids=lambda person: person.key)
async def test_one_is_at_home_where_the_rules_say(world: World, person: Person) -> None:
    """3.3, 3.5: the tenants to choose from are those with a grant, and those that a relationship lends"""
    data = await world.data(person.key, "{ viewer { tenants { id } } }")
    shown = [ids.decode(tenant["id"])[1] for tenant in data["viewer"]["tenants"]]
    assert sorted(shown) == sorted(tenants_of(person))


async def test_sight_is_what_was_reviewed(world: World, request: pytest.FixtureRequest) -> None:
    lines = ["What everybody sees in the demo world, tenant by tenant."]
    for person in HUMANS:
        lines += [line async for line in _told(world, person)]
    compare(request, HERE / "sight.txt", "\n".join(lines) + "\n")


async def _told(world: World, person: Person) -> AsyncIterator[str]:
    yield ""
    yield f"{person.key} ({person.account_type}): {'; '.join(person.roles) or 'nothing'}"
    for tenant in tenants_of(person):
        for field, seen in (await ask(world, person, tenant)).items():
            shown = seen if isinstance(seen, str) else _short(seen)
            yield f"    {named()[tenant]} {field}: {shown}"


def _short(seen: set[str]) -> str:
    found = sorted((named()[id].partition("/")[2] for id in seen), key=lambda name: (len(name), name))
    return " ".join(found) or "none"
