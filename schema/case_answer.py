"""What commands on a case answer, and how they read their inputs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from resolvers import ids
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.case import Case
from schema.keyed import KEY, VERSION, once_id
from schema.payload import Payload
from tenancy import tables as t
from tenancy.changes import Change

__all__ = ["KEY", "VERSION", "CaseAnswered", "CasePayload", "case_of", "cases_of", "once_for"]


@dataclass(frozen=True)
class CaseAnswered(Answered):
    """The id of the case, if the command did its work."""

    case_id: str | None = None


@strawberry.type(description="The case, or why nothing was done to it.")
class CasePayload(Payload):
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case, read after the command.")


def case_of(global_id: str, field: str = "case_id") -> str:
    """The uuid of a case that an input names."""
    return ids.of("Case", global_id, field=field)


def cases_of(global_ids: list[strawberry.ID], field: str) -> list[str]:
    """The uuids of cases that an input names, each once."""
    return list(dict.fromkeys(case_of(id, field) for id in global_ids))


async def once_for(
    change: Change, mutation: str, input: Any, case_id: str, effect: Callable[[], Awaitable[None]]
) -> CaseAnswered:
    """Run the effect once for the input's key; the answer names the case."""

    async def done() -> str:
        await effect()
        return case_id

    return CaseAnswered(case_id=await once_id(change, mutation, input, done))
