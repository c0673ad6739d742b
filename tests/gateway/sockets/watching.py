"""What the tests of sockets subscribe to, and what they do to it."""

from typing import Any

from tests.resolvers.desk import case, do
from tests.world import World

CHANGES = """
subscription ($id: ID!, $after: String) { caseChanged(caseId: $id, after: $after) { eventId change case { title } } }
"""
ENTRIES = """
subscription ($id: ID!, $after: String) {
  timelineAdded(caseId: $id, after: $after) { eventId entry { subject } }
}
"""
FIGURES = "subscription ($w: [ID!]) { customerActivityChanged(workspaceIds: $w) { eventId category } }"
SOON = 10.0
"""Seconds within which a promise of one second is awaited: the machine of the tests may be busy with others."""


async def retitle(world: World, name: str, title: str) -> None:
    """The desk gives a case another title."""
    found = await world.data("mo", "query ($id: ID!) { case(id: $id) { version } }", {"id": case(name)})
    given = {"caseId": case(name), "version": found["case"]["version"], "patch": {"title": title}}
    done = await do(world, "mo", "updateCase", given, answer="case { version }")
    assert done["userErrors"] == []


async def did(world: World, viewer: str, mutation: str, given: dict[str, Any], **more: Any) -> None:
    """Somebody does something, and nothing refuses it."""
    done = await do(world, viewer, mutation, given, answer="planned", **more)
    assert done["userErrors"] == []
