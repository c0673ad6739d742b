"""Programs of a partner that read its insights unattended: granted by name, and taken back (D-30, PC-6, PC-13)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from resolvers.commands import Payload
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.members_authority import require_authority
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order, Page, Request, Source
from resolvers.selection import Selection
from tenancy import applications
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import Role

LONGEST_NAME = 200

APPLICATIONS = Listing(
    "applications",
    t.RoleGrant,
    {"reader": t.RoleGrant.role == Role.PARTNER_INSIGHTS_READER},
    Order("since", (("granted_at", False),)),
)

_GRANT = select(t.RoleGrant.id, t.RoleGrant.user_id).where(
    t.RoleGrant.user_id == KEYS,
    t.RoleGrant.workspace_id.is_(None),
    t.RoleGrant.role == Role.PARTNER_INSIGHTS_READER,
)
_GRANTED = Statement(_GRANT)
_HELD = Statement(_GRANT.with_for_update())


@dataclass(frozen=True)
class ApplicationChanged(Payload):
    """The application, and the grant as it stands; None when it was taken back."""

    application_id: str | None = None
    grant_id: str | None = None


async def applications_of(context: Context, request: Request, selection: Selection) -> Page:
    """The applications that read insights of the viewer's own organisation, for those who grant it."""
    require(context.viewer, Action.GRANT_APPLICATIONS, rule="D-30")
    return await Source(context, APPLICATIONS, request).page(selection)


async def grant_application(change: Change, key: str, object_id: str, name: str) -> ApplicationChanged:
    """Let one program of the partner's own directory read insights; it needs not have called before."""
    _may_grant(change)
    known, called = _object_id(object_id), _name(name)

    async def effect() -> Answer:
        return await _grant(change, known, called)

    asked = {"object": known, "name": called}
    return ApplicationChanged(**await once(change, "grantApplication", key, asked, effect))


async def revoke_application(change: Change, application_id: str) -> ApplicationChanged:
    """Take it back: the program is refused from its next request on, whatever its token says (K-19, K-23)."""
    _may_grant(change)
    row = await change.row(_GRANTED, keys=[application_id])
    if row is None:
        raise NotFound(field="application_id")
    await change.remove(t.RoleGrant, {"id": row["id"]})
    _announce(change, "REVOKE_APPLICATION", application_id)
    return ApplicationChanged(application_id=application_id)


async def hold_grant(change: Change, application_id: str) -> None:
    """Lock the application's grant until the command ends; NOT_FOUND without one."""
    if await change.row(_HELD, keys=[application_id]) is None:
        raise NotFound(field="application_id")


async def _grant(change: Change, object_id: str, name: str) -> Answer:
    application = await applications.register(change, object_id, name)
    if application is None:
        raise BadInput(field="oid", rule="D-30")
    row = await change.row(_GRANTED, keys=[application])
    if row is not None:
        return {"application_id": application, "grant_id": row["id"]}
    given = {"user_id": application, "workspace_id": None, "role": Role.PARTNER_INSIGHTS_READER}
    grant = await change.add(t.RoleGrant, {**given, "granted_by": change.viewer.user_id, "granted_at": change.now})
    _announce(change, "GRANT_APPLICATION", application)
    return {"application_id": application, "grant_id": grant}


def _may_grant(change: Change) -> None:
    require(change.viewer, Action.GRANT_APPLICATIONS, rule="D-30")
    require_authority(change.viewer, {Role.PARTNER_INSIGHTS_READER}, None)


def _object_id(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        raise BadInput(field="oid", rule="D-30") from None


def _name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= LONGEST_NAME or "\0" in name:
        raise BadInput(field="name", details={"maximum": LONGEST_NAME})
    return name


def _announce(change: Change, action: str, application_id: str) -> None:
    change.audit(action, "User", application_id)
    change.publish("membership", application_id, change=action)
