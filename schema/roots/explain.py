"""Why somebody may do something."""

import strawberry

from resolvers.fields import question
from schema.access import AccessExplanation, explain_access


@strawberry.type
class ExplainQueries:
    explain_access: AccessExplanation | None = question(
        explain_access, description="Why the viewer, or a member it administers, may do something, or what is missing."
    )
