"""Who works on cases, and what those who do not are told (5.6, D-31)."""

from collections.abc import Mapping
from typing import Any

import pytest

from resolvers import ids
from tests.resolvers.desk import said
from tests.resolvers.test_case_plans import TRIALS, Trial
from tests.world import World

NOBODY = "00000000-0000-4000-8000-000000000000"
NEVER = ("createSubject", "createProduct", "createCustomer")
"""Mutations that need no object to be there."""


def _code(body: Mapping[str, Any]) -> str | None:
    return body["errors"][0]["extensions"]["code"] if "errors" in body else None


@pytest.mark.parametrize("trial", TRIALS, ids=str)
@pytest.mark.parametrize("viewer", ["hal", "maya", "gil", "cora"])
async def test_nobody_but_the_desk_works_on_cases(viewer: str, trial: Trial, world: World) -> None:
    """Members and administrators of a workspace or of the customer, and the account team, see cases and leave them."""
    given = {"version": 1, **trial.given} if trial.mutation == "updateCase" else trial.given
    body = await said(world, viewer, trial.mutation, given)
    assert _code(body) in ("FORBIDDEN", "NOT_FOUND")
    assert body["data"] == {trial.mutation: None}


@pytest.mark.parametrize("trial", [each for each in TRIALS if each.mutation not in NEVER], ids=str)
@pytest.mark.parametrize("kind", ["unknown", "foreign", "malformed"])
async def test_what_is_not_there_looks_the_same_as_what_is_not_ours(kind: str, trial: Trial, world: World) -> None:
    data = await world.data("flo", "{ cases(view: ALL, first: 1) { nodes { id } } }")
    foreign = data["cases"]["nodes"][0]["id"]
    given = {"version": 1, **trial.given} if trial.mutation == "updateCase" else trial.given
    first = next(name for name, value in given.items() if _is_id(value))
    several = isinstance(given[first], list)
    type_name, _ = ids.decode(given[first][0] if several else given[first])
    instead = {"unknown": ids.encode(type_name, NOBODY), "foreign": foreign, "malformed": "what"}[kind]
    body = await said(world, "mo", trial.mutation, {**given, first: [instead] if several else instead})
    assert body["errors"][0]["extensions"] == {"code": "NOT_FOUND", "field": first}


def _is_id(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and _is_id(value[0])
    return isinstance(value, str) and len(value) > 40
