"""Workspaces: the membership and visibility boundary inside a customer."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.arguments import After, First, described
from resolvers.batch import Level, Parents, batched
from resolvers.fields import identified, page_of
from resolvers.groups import GROUPS
from resolvers.invitations import INVITATIONS
from resolvers.members import MEMBERS, pages_for_inviters
from resolvers.pages import FIRST, Page, Request
from resolvers.workspaces import AGREEMENTS_OF_WORKSPACE, PACKAGES_OF_WORKSPACE, personal_accounts_allowed
from resolvers.workspaces import PersonalAccountsAllowed as Allowed
from schema.agreement import Agreement
from schema.group import SupportGroup
from schema.invitation import Invitation
from schema.member import Member
from schema.node import Node, StandsIn
from schema.package import Package
from schema.page import Connection
from schema.words import InvitationStatus, PersonalAccounts


@strawberry.type(description="Whether personal accounts enter a workspace today, and why.")
class PersonalAccountsAllowed:
    allowed: bool = strawberry.field(description="Whether they enter.")
    reason: PersonalAccounts = strawberry.field(description="Why, or why not.")


async def _members(parents: Parents, info: Level, first: First = FIRST, after: After = None) -> list[Page | Exception]:
    return await pages_for_inviters(parents, info, MEMBERS, Request(first, after))


async def _invitations(
    parents: Parents,
    info: Level,
    status: Annotated[InvitationStatus, described("Which of them.")] = InvitationStatus.PENDING,
    first: First = FIRST,
    after: After = None,
) -> list[Page | Exception]:
    return await pages_for_inviters(parents, info, INVITATIONS, Request(first, after, {"status": status}))


async def _personal(parents: Parents, info: Level) -> list[Allowed]:
    return await personal_accounts_allowed(info.context, [row.id for row in parents])


@strawberry.type(description="The membership and visibility boundary inside a customer: a part of the organisation.")
class Workspace(StandsIn, Node):
    id: strawberry.ID = identified("Workspace")
    name: str = strawberry.field(description="Name, unique within the customer.")
    purpose: str | None = strawberry.field(description="What it is for.")
    is_default: bool = strawberry.field(description="Whether it came with the first activated agreement.")
    created_at: datetime = strawberry.field(description="When it was created, UTC.")
    personal_accounts_allowed: PersonalAccountsAllowed = batched(
        _personal, columns=("id",), description="Whether personal accounts enter today, and why."
    )
    packages: Connection[Package] = page_of(
        PACKAGES_OF_WORKSPACE, description="Packages mapped to it, by first day: its part of the agreements."
    )
    agreements: Connection[Agreement] = page_of(
        AGREEMENTS_OF_WORKSPACE, description="Agreements of which a package is mapped to it, by first day."
    )
    groups: Connection[SupportGroup] = page_of(GROUPS, description="Groups of its members, by name.")
    members: Connection[Member] | None = batched(
        _members, columns=("id",), description="Who is in it, longest first; for those who may invite."
    )
    invitations: Connection[Invitation] | None = batched(
        _invitations, columns=("id",), description="Who was asked in, newest first; for those who may invite."
    )
