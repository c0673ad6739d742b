"""Activating an agreement: the default workspace comes by itself, and the people it names are invited (WS-10..14, D-6,
D-37, AE-27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Uuid, and_, bindparam, select

from resolvers.commands import Payload
from resolvers.context import House
from resolvers.figures import packages_moved
from resolvers.invitations_writing import Place, Written, write
from resolvers.mailing import Letter
from resolvers.once import Answer, once
from resolvers.refusals import granted
from resolvers.rules.agreements import activate, comes_by_itself
from resolvers.rules.invitations import Term, named_contacts, normal
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import ContactKind, InvitationStatus, Role, Section

_ID = Uuid(as_uuid=False)

# All agreements of the customer, not this one alone: two that are activated at once share one default workspace.
_LOCK = Statement(
    select(t.Agreement.id, t.Agreement.starts_on, t.Agreement.ends_on, t.Agreement.activated_at)
    .order_by(t.Agreement.id)
    .with_for_update(key_share=True)
)
_DEFAULT = Statement(select(t.Workspace.id, t.Workspace.name).where(t.Workspace.is_default))
_PACKAGES = Statement(
    select(t.Package.id, t.Package.section).where(t.Package.agreement_id == bindparam("agreement", type_=_ID))
)
_NAMED = Statement(
    select(t.AgreementContact.email, t.AgreementContact.kind)
    .where(t.AgreementContact.agreement_id == bindparam("agreement", type_=_ID))
    .order_by(t.AgreementContact.email)
)
_MEMBERS = Statement(
    select(t.User.email)
    .join(t.RoleGrant, and_(t.RoleGrant.user_id == t.User.id, t.RoleGrant.role == Role.MEMBER))
    .where(t.RoleGrant.workspace_id == bindparam("workspace", type_=_ID), t.User.email.is_not(None))
)
_WAITING = Statement(
    select(t.Invitation.id, t.Invitation.email, t.Invitation.roles)
    .where(
        t.Invitation.workspace_id == bindparam("workspace", type_=_ID),
        t.Invitation.status == InvitationStatus.PENDING,
    )
    .with_for_update(),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Activated(Payload):
    """The agreement, the default workspace, and the invitations that were written."""

    agreement_id: str | None = None
    workspace_id: str | None = None
    invitation_ids: tuple[str, ...] = ()


async def activate_agreement(change: Change, house: House, key: str, agreement_id: str) -> Activated:
    """Put an agreement in force, once: default workspace, enterprise-wide packages, invitations; no add-ons (WS-14)."""
    require(change.viewer, Action.CREATE_WORKSPACE, rule="WS-10")
    letters: list[Letter] = []

    async def effect() -> Answer:
        place, written = await _activate(change, agreement_id, house.invitation_term)
        letters.extend(written.letters)
        return {"workspace_id": place.id, "invitation_ids": written.ids}

    answer = await once(change, "activateAgreement", key, {"agreement_id": agreement_id}, effect)
    return Activated(
        agreement_id=agreement_id,
        workspace_id=answer["workspace_id"],
        invitation_ids=tuple(answer["invitation_ids"]),
        letters=tuple(letters),
    )


async def _activate(change: Change, agreement_id: str, term: Term) -> tuple[Place, Written]:
    row = _chosen(await change.rows(_LOCK), agreement_id)
    dates = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
    granted(activate(row["activated_at"], *dates, change.today))
    await change.alter(t.Agreement, agreement_id, {"activated_at": change.now})
    place = await _default_workspace(change)
    await _map(change, agreement_id, place)
    change.audit("ACTIVATE_AGREEMENT", "Agreement", agreement_id, workspace=place.id)
    change.publish("agreement", agreement_id, change="ACTIVATED")
    return place, await _invite(change, agreement_id, place, term)


def _chosen(rows: Sequence[Row], agreement_id: str) -> Row:
    for row in rows:
        if row["id"] == agreement_id:
            return row
    raise NotFound(field="agreement_id")


async def _default_workspace(change: Change) -> Place:
    """The customer's one default workspace, made at the first activation (D-6, I-2)."""
    row = await change.row(_DEFAULT)
    if row is not None:
        return Place(row["id"], row["name"])
    assert change.viewer.tenant is not None, "Only in a tenant is there an agreement."
    name = change.viewer.tenant.name
    values = {"name": name, "is_default": True, "created_by": change.viewer.user_id, "created_at": change.now}
    id = await change.add(t.Workspace, values)
    change.audit("CREATE_WORKSPACE", "Workspace", id)
    return Place(id, name)


async def _map(change: Change, agreement_id: str, place: Place) -> None:
    packages = await change.rows(_PACKAGES, agreement=agreement_id)
    coming = [package["id"] for package in packages if comes_by_itself(Section(package["section"]))]
    for id in coming:
        await change.add(t.WorkspacePackage, {"workspace_id": place.id, "package_id": id})
    await packages_moved(change, place.id, coming)


async def _invite(change: Change, agreement_id: str, place: Place, term: Term) -> Written:
    """Invite whom the agreement names, but for members (D-6); an open invitation is widened instead of doubled.

    The address of a member is what its account says of itself: enough to spare a mail, never to give a right.
    """
    rows = await change.rows(_NAMED, agreement=agreement_id)
    wanted = named_contacts((row["email"], ContactKind(row["kind"])) for row in rows)
    for row in await change.rows(_MEMBERS, workspace=place.id):
        wanted.pop(normal(row["email"]), None)
    for row in await change.rows(_WAITING, workspace=place.id):
        roles = wanted.pop(row["email"], frozenset()) | {Role(role) for role in row["roles"]}
        if roles > set(row["roles"]):
            await change.alter(t.Invitation, row["id"], {"roles": sorted(roles)})
    return await write(change, place, wanted, term)
