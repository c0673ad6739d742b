"""Whoever carries somebody else's name and mail is a stranger all the same (A-06, nOAuth)."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.demo import ids
from gateway.demo.people import person
from tests.tenancy.callers import node
from tests.world import World

EVERYTHING = """{
  viewer { person { id } tenant { id } tenants { id } memberships { workspaceId } roles actions }
  workspaces { totalCount } cases(view: ALL) { totalCount } agreements { totalCount } products { totalCount }
}"""
CASE = "query ($id: ID!) { case(id: $id) { title } }"
REDEEM = 'mutation { redeemInvitation(input: {token: "%s"}) { userErrors { code } } }'


def _namesake(world: World, victim: str) -> dict[str, str]:
    """A true token of the attacker's own Entra tenant, which says that its bearer is called like the victim."""
    assert world.gateway.provider is not None
    someone = person(victim)
    tailspin = ids.entra("tailspin")
    posing = replace(person("max"), tid=tailspin, oid=ids.of(f"oid/posing as {victim}"), posts=(), is_guest=False)
    token = world.gateway.provider.mint(replace(posing, name=someone.name, email=someone.email))
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("victim", ["maya", "pat", "gil", "mo", "cora", "pam"])
async def test_a_06_a_name_and_a_mail_that_somebody_else_has_open_nothing(world: World, victim: str) -> None:
    """The victim's own mail and user name, said by a tenant that may say what it likes."""
    headers = _namesake(world, victim)
    answer = (await world.ask(None, EVERYTHING, headers=headers)).json()
    who: dict[str, Any] = answer["data"].pop("viewer")
    assert who == {"person": None, "tenant": None, "tenants": [], "memberships": [], "roles": [], "actions": []}
    assert set(map(str, answer["data"].values())) <= {"None", "{'totalCount': 0}"}
    case = await world.ask(None, CASE, {"id": node("Case", "contoso/K20")}, headers=headers)
    assert case.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    stands_in = await world.ask(None, EVERYTHING, headers=headers | {"x-tenant": node("Tenant", "contoso")})
    assert stands_in.status_code == 404


async def test_a_06_an_address_that_was_invited_redeems_nothing_without_the_link(fresh_world: World) -> None:
    """Whoever is called like an invited address has no more than anybody else: a guess."""
    headers = _namesake(fresh_world, "kim")
    guess = await fresh_world.ask(None, REDEEM % "kim@contoso.com", headers=headers)
    assert guess.json()["data"]["redeemInvitation"]["userErrors"] == [{"code": "INVITATION_INVALID"}]
    seen = (await fresh_world.ask(None, "{ viewer { person { id } tenants { id } } }", headers=headers)).json()
    assert seen["data"]["viewer"] == {"person": None, "tenants": []}
