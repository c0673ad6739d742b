"""What filters ask for: conditions by name, as lists take them."""

from dataclasses import fields
from typing import Any

from resolvers.context import Context
from resolvers.workspaces import entered


async def conditions(context: Context, filter: Any) -> dict[str, Any]:
    """The conditions that a filter input has, none for None; a workspace must be one to enter, and is a uuid (D-31)."""
    said = {} if filter is None else {each.name: getattr(filter, each.name) for each in fields(filter)}
    if said.get("workspace_id") is not None:
        (said["workspace_id"],) = await entered(context, [said["workspace_id"]], "workspace_id")
    return {name: value for name, value in said.items() if value is not None}
