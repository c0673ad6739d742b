"""Words about what somebody may do, and what is in the way."""

from typing import Any

import strawberry

from resolvers.explain import Missing
from schema.words.described import described
from tenancy.permissions import Action

described(
    Missing,
    "The first thing that stands in the way.",
    NODE="There is no such thing, or it is not visible to whoever asks.",
    ACCOUNT_TYPE="The workspace keeps personal accounts out.",
    MEMBERSHIP="No membership in the workspace, and no role that opens every workspace.",
    REASON="Inside, but nothing that opens this very thing: no role, no share, no group, not the primary contact.",
    ROLE="Seen, but no role that opens the action.",
)

_made: Any = strawberry.enum(Action, description="What somebody may want to do; roles open it, as a table says.")
for _value in _made.__strawberry_definition__.values:
    _value.description = f"To {_value.name.replace('_', ' ').lower()}."

__all__ = ["Action", "Missing"]
