"""Arguments that many fields take, described once."""

from typing import Annotated, Any

import strawberry

First = Annotated[
    int | None, strawberry.argument(description="How many rows, 1 to 100; leave it out rather than sending null.")
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor behind which to begin: `pageInfo.endCursor` of this list.")
]
WorkspaceIds = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description="The workspaces to look at, or ALL for every permitted one; without it the current workspace: "
        "that of the header X-Workspace, else the default one, else the first by name."
    ),
]
Plan = Annotated[
    bool,
    strawberry.argument(
        description="Only try it: the payload tells what would be, and why not, and nothing of it is kept."
    ),
]
Input = strawberry.argument(description="What to do.")
"""The one argument of every mutation; what can be said in it, its type describes."""
GlobalId = Annotated[strawberry.ID, strawberry.argument(description="Its global id.")]


def described(text: str) -> Any:
    """The description of an argument, for `Annotated`."""
    return strawberry.argument(description=text)
