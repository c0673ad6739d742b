"""What the operator and administrators say about workspaces, and what comes back."""

from datetime import datetime

import strawberry

from resolvers import agreement_activation, ids, workspace_accounts, workspace_commands
from resolvers.context import House
from resolvers.fields import all_named_by, named_by, page_of, related
from resolvers.loaders import Relation
from schema.agreement import Agreement
from schema.case import Case
from schema.invitation import Invitation
from schema.keyed import KEY
from schema.page import Connection
from schema.payload import Payload
from schema.people import User
from schema.words.listening import Watched
from schema.workspace import Workspace
from tenancy import tables as t
from tenancy.changes import Change


@strawberry.input(description="An agreement to put in force.")
class ActivateAgreementInput:
    idempotency_key: str = strawberry.field(description=KEY)
    agreement_id: strawberry.ID = strawberry.field(description="The agreement; today lies in its dates.")


@strawberry.input(description="An additional workspace.")
class CreateWorkspaceInput:
    idempotency_key: str = strawberry.field(description=KEY)
    name: str = strawberry.field(description="Name, 1 to 100 characters, unique within the customer.")
    administrator: str | None = strawberry.field(
        default=None, description="Address of its administrator, who is invited; a workspace cannot do without one."
    )
    purpose: str | None = strawberry.field(default=None, description="What it is for, up to 1000 characters.")
    package_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Packages of agreements in force to map to it."
    )


@strawberry.input(description="A package and a workspace.")
class MapPackageInput:
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    package_id: strawberry.ID = strawberry.field(description="The package.")


@strawberry.input(description="Whether a Unified workspace admits personal accounts.")
class SetPersonalAccountsInput:
    workspace_id: strawberry.ID = strawberry.field(description="The workspace.")
    allowed: bool = strawberry.field(description="Whether they enter.")


@strawberry.type(description="The agreement with its default workspace, or why it was not activated.")
class ActivateAgreementPayload(Payload):
    agreement: Agreement | None = named_by(
        Relation("agreement_id", t.Agreement), description="The agreement, read after the command."
    )
    workspace: Workspace | None = named_by(
        Relation("workspace_id", t.Workspace), description="The customer's default workspace."
    )
    invitations: list[Invitation] = all_named_by(
        Relation("invitation_ids", t.Invitation), description="Invitations of those whom the agreement names."
    )


@strawberry.type(description="The workspace and the invitation of its administrator, or why it was not created.")
class CreateWorkspacePayload(Payload):
    workspace: Workspace | None = named_by(Relation("workspace_id", t.Workspace), description="The workspace.")
    invitation: Invitation | None = named_by(
        Relation("invitation_id", t.Invitation), description="The invitation of its administrator."
    )


@strawberry.type(description="The workspace, or why it stays as it was.")
class WorkspacePayload(Payload):
    workspace: Workspace | None = named_by(
        Relation("workspace_id", t.Workspace), description="The workspace, read after the command."
    )


@strawberry.type(description="A subscription that is open at this moment, at whichever process of the gateway.")
class LiveSubscription:
    watched: Watched = strawberry.field(description="What it tells of.")
    begun_at: datetime = strawberry.field(description="Since when, UTC.")
    user: User | None = related(t.LiveSubscription.user, description="Who listens.")


@strawberry.type(description="What personal accounts lose when they are kept out; it comes back when they are let in.")
class CutOff:
    members: Connection[User] = page_of(
        workspace_accounts.MEMBERS_CUT_OFF, description="Members with a personal account."
    )
    invitations: Connection[Invitation] = page_of(
        workspace_accounts.INVITATIONS_AT_RISK,
        description="Open invitations: a personal account cannot redeem them. An address does not tell the account.",
    )
    cases: Connection[Case] = page_of(
        workspace_accounts.CASES_CUT_OFF, description="Active cases whose primary contact has a personal account."
    )
    subscriptions: Connection[LiveSubscription] = page_of(
        workspace_accounts.SUBSCRIPTIONS_CUT_OFF,
        description="What members with a personal account listen to here; told a second late at most.",
    )


@strawberry.type(description="The workspace and what is cut off, or why it stays as it was.")
class SetPersonalAccountsPayload(Payload):
    workspace: Workspace | None = named_by(
        Relation("workspace_id", t.Workspace), description="The workspace, read after the command."
    )
    cut_off: CutOff | None = strawberry.field(
        description="What the command cuts off, or would cut off when it is planned; null when it cuts off nobody."
    )


async def activate(change: Change, house: House, input: ActivateAgreementInput) -> agreement_activation.Activated:
    id = ids.of("Agreement", input.agreement_id, field="agreement_id")
    return await agreement_activation.activate_agreement(change, house, input.idempotency_key, id)


async def create(change: Change, house: House, input: CreateWorkspaceInput) -> workspace_commands.Created:
    packages = [ids.of("Package", each, field="package_ids") for each in input.package_ids]
    wanted = workspace_commands.CreateWorkspace(input.name, input.purpose, input.administrator, packages)
    return await workspace_commands.create_workspace(change, house, input.idempotency_key, wanted)


async def map_package(change: Change, input: MapPackageInput) -> workspace_commands.Mapping:
    return await workspace_commands.map_package(change, *_mapping(input))


async def unmap_package(change: Change, input: MapPackageInput) -> workspace_commands.Mapping:
    return await workspace_commands.unmap_package(change, *_mapping(input))


def _mapping(input: MapPackageInput) -> tuple[str, str]:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    return workspace_id, ids.of("Package", input.package_id, field="package_id")


async def set_accounts(change: Change, input: SetPersonalAccountsInput) -> workspace_accounts.AccountsSet:
    workspace_id = ids.of("Workspace", input.workspace_id, field="workspace_id")
    return await workspace_accounts.set_personal_accounts(change, workspace_id, input.allowed)
