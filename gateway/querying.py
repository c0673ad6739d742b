"""One query: read from the copy of the database where there is one, and once more from the primary when it goes away.

Nothing of the answer was sent by then, and a query changes nothing; so the client need not hear of it (deploy.md).
"""

from typing import Any

from resolvers.context import Context
from schema.execution import Document, Outcome
from tenancy.replica import Forsaken, gone


async def queried(document: Document, context: Context, variables: dict[str, Any] | None) -> Outcome:
    """The outcome of a document that is a query, each try of one snapshot."""
    try:
        return await _read(document, context, variables, copy=True)
    except Forsaken:
        return await _read(document, context, variables, copy=False)


async def _read(document: Document, context: Context, variables: dict[str, Any] | None, *, copy: bool) -> Outcome:
    async with context.querying(copy=copy) as scope:
        outcome = await document.run(context, variables)
        if scope.wire.copied and any(gone(error.original_error) for error in outcome.errors):
            raise Forsaken
        document.note_brief(context.identity, scope.asked == 1)
        return outcome
