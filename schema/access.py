"""Why somebody may do something, or what is missing."""

from typing import Annotated

import strawberry

from resolvers import explain, ids
from resolvers.arguments import described
from resolvers.batch import Level
from resolvers.fields import named_by
from resolvers.loaders import Relation
from schema.node import nodes
from schema.people import User
from schema.words import Role
from schema.words.access import Action, Missing
from schema.words.sharing import VisibilityReason
from schema.workspace import Workspace
from tenancy import tables as t


@strawberry.type(description="One ground of access: a role, or what a case says about the person.")
class AccessLink:
    role: Role | None = strawberry.field(description="The role that opens it.")
    reason: VisibilityReason | None = strawberry.field(description="For a case: why it is visible.")
    workspace: Workspace | None = named_by(
        Relation("workspace_id", t.Workspace), description="Where the role is held; null in the whole tenant."
    )


@strawberry.type(description="Whether somebody may, and why, or what is missing first.")
class AccessExplanation:
    allowed: bool = strawberry.field(description="Whether it is allowed now.")
    action: Action | None = strawberry.field(description="What was asked about; null for seeing.")
    chain: list[AccessLink] = strawberry.field(description="All grounds that hold; any one is enough.")
    missing: Missing | None = strawberry.field(description="The first thing missing, when it is not allowed.")
    opening: list[Role] = strawberry.field(description="When a role is missing: those that would open the action.")
    user: User | None = named_by(Relation("user_id", t.User), description="Whose access it is.")


async def explain_access(
    info: Level,
    node: Annotated[strawberry.ID, described("The thing; hidden and unknown ones get the same answer.")],
    action: Annotated[Action | None, described("What to do with it; without it, seeing it.")] = None,
    user_id: Annotated[
        strawberry.ID | None, described("Whose access; without it one's own. Others' only for their administrators.")
    ] = None,
) -> explain.Explanation:
    subject = None if user_id is None else ids.of("User", user_id, field="user_id")
    return await explain.explain(info.context, nodes(), node, action, subject)
