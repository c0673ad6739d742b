"""What commands on a case answer, and how they read their inputs."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import strawberry

from resolvers import ids
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.once import once
from schema.case import Case
from schema.payload import Payload
from tenancy import tables as t
from tenancy.changes import Change

KEY = "Chosen by the client, 1 to 255 characters: the same key with the same input takes effect once."
VERSION = "The version that the client has read; when given, a stale one is a CONFLICT."


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

    async def answered() -> dict[str, Any]:
        await effect()
        return {"case_id": case_id}

    asked = {name: value for name, value in asdict(input).items() if name != "idempotency_key"}
    answer = await once(change, mutation, input.idempotency_key, asked, answered)
    return CaseAnswered(case_id=answer["case_id"])
