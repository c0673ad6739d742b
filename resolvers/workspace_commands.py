"""Making workspaces, and what is mapped to them (WS-3, WS-14..17, AE-30, AE-31)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Text, Uuid, bindparam, select

from resolvers.commands import Payload
from resolvers.context import House
from resolvers.figures import packages_moved
from resolvers.invitations_writing import Place, Written, address, write
from resolvers.loaders import KEYS
from resolvers.mailing import Letter
from resolvers.members_authority import manage
from resolvers.once import Answer, once
from resolvers.refusals import refuse
from resolvers.rules.agreements import supports_workspaces
from resolvers.rules.invitations import Term
from resolvers.rules.refused import Refused, bad_input
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement, same
from tenancy.viewer import require
from tenancy.words import Role

LONGEST_NAME = 100
LONGEST_PURPOSE = 1000
MOST_PACKAGES = 100
ADMINISTRATOR = frozenset({Role.MEMBER, Role.WORKSPACE_ADMIN})
"""What the administrator of a new workspace is invited as; a support contact is made later, and counted then."""

_ID = Uuid(as_uuid=False)
_BOUGHT = Statement(
    select(t.Package.id, t.Agreement.activated_at, t.Agreement.starts_on, t.Agreement.ends_on)
    .join(t.Agreement, same(t.Agreement.id, t.Package.agreement_id))
    .where(t.Package.id == KEYS)
    .order_by(t.Package.id)
)
_AGREEMENTS = Statement(select(t.Agreement.activated_at, t.Agreement.starts_on, t.Agreement.ends_on))
_NAMED = Statement(select(t.Workspace.id).where(t.Workspace.name == bindparam("name", type_=Text)))
_MAPPED = Statement(
    select(t.WorkspacePackage.package_id).where(
        t.WorkspacePackage.workspace_id == bindparam("workspace", type_=_ID),
        t.WorkspacePackage.package_id == bindparam("package", type_=_ID),
    )
)


@dataclass(frozen=True)
class CreateWorkspace:
    """What the operator wants; ids are uuids, `administrator` is the address that is invited to run it."""

    name: str
    purpose: str | None
    administrator: str | None
    package_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Created(Payload):
    """The workspace, and the invitation of its administrator."""

    workspace_id: str | None = None
    invitation_id: str | None = None


@dataclass(frozen=True)
class Mapping(Payload):
    """The workspace whose packages changed."""

    workspace_id: str | None = None


async def create_workspace(change: Change, house: House, key: str, wanted: CreateWorkspace) -> Created:
    """An additional workspace with an administrator of its own, any time while an agreement runs (WS-15, WS-17)."""
    require(change.viewer, Action.CREATE_WORKSPACE, rule="WS-3")
    name, purpose, email = _name(wanted.name), _purpose(wanted.purpose), _administrator(wanted.administrator)
    letters: list[Letter] = []

    async def effect() -> Answer:
        written = await _create(change, name, purpose, email, wanted.package_ids, house.invitation_term)
        letters.extend(written.letters)
        (place,), (invitation,) = written.places, written.ids
        return {"workspace_id": place, "invitation_id": invitation}

    asked = {"name": name, "purpose": purpose, "administrator": email, "packages": sorted(wanted.package_ids)}
    answer = await once(change, "createWorkspace", key, asked, effect)
    return Created(**answer, letters=tuple(letters))


def _name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", rule="WS-16", details={"maximum": LONGEST_NAME})
    return name


def _purpose(given: str | None) -> str | None:
    purpose = (given or "").strip()
    if len(purpose) > LONGEST_PURPOSE or "\0" in purpose:
        raise BadInput(field="purpose", rule="WS-16", details={"maximum": LONGEST_PURPOSE})
    return purpose or None


def _administrator(given: str | None) -> str:
    if given is None or not given.strip():
        raise refuse(bad_input("WS-17", "administrator"))
    return address(given, "administrator")


@dataclass(frozen=True)
class _Founded(Written):
    """The invitation of the administrator, and the one place that it leads to."""

    places: tuple[str, ...] = ()


async def _create(
    change: Change, name: str, purpose: str | None, email: str, package_ids: Sequence[str], term: Term
) -> _Founded:
    await _check_agreements(change, package_ids)
    if await change.rows(_NAMED, name=name):
        raise BusinessRefusal("CONFLICT", field="name", rule="WS-4")
    values = {"name": name, "purpose": purpose, "is_default": False, "created_by": change.viewer.user_id}
    id = await change.add(t.Workspace, {**values, "created_at": change.now})
    mappings = [{"workspace_id": id, "package_id": each} for each in dict.fromkeys(package_ids)]
    await change.add_all(t.WorkspacePackage, mappings)
    change.audit("CREATE_WORKSPACE", "Workspace", id, packages=list(package_ids))
    change.publish("workspace", id, id, change="CREATED")
    await packages_moved(change, id, package_ids)
    written = await write(change, Place(id, name), {email: ADMINISTRATOR}, term)
    return _Founded(written.ids, written.letters, (id,))


async def _check_agreements(change: Change, package_ids: Sequence[str]) -> None:
    """Packages come from agreements in force; without any package some agreement must be in force (AE-31)."""
    if len(package_ids) > MOST_PACKAGES:
        raise BadInput(field="package_ids", rule="WS-15", details={"maximum": MOST_PACKAGES})
    rows = await change.rows(_BOUGHT, keys=list(package_ids)) if package_ids else await change.rows(_AGREEMENTS)
    if package_ids and len(rows) != len(set(package_ids)):
        raise NotFound(field="package_ids")
    refusals = [_supports(change, row) for row in rows]
    if not rows or (all(refusals) if not package_ids else any(refusals)):
        raise refuse(
            next((each for each in refusals if each), Refused("AGREEMENT_NOT_IN_FORCE", "WS-15", "package_ids"))
        )


def _supports(change: Change, row: Row) -> Refused | None:
    dates = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
    refused = supports_workspaces(row["activated_at"], *dates, change.today)
    return refused and replace(refused, field="package_ids")


async def map_package(change: Change, workspace_id: str, package_id: str) -> Mapping:
    """Add a package to a workspace: how add-ons come there (WS-14). Mapped already is as good."""
    await _bought(change, workspace_id, package_id)
    row = {"workspace_id": workspace_id, "package_id": package_id}
    if await change.row(_MAPPED, workspace=workspace_id, package=package_id) is None:
        await change.add(t.WorkspacePackage, row)
        await _announce(change, "MAP_PACKAGE", workspace_id, package_id)
    return Mapping(workspace_id=workspace_id)


async def unmap_package(change: Change, workspace_id: str, package_id: str) -> Mapping:
    """Take a package out of a workspace; what was used of it there stays written."""
    await _bought(change, workspace_id, package_id)
    if await change.row(_MAPPED, workspace=workspace_id, package=package_id) is None:
        raise NotFound(field="package_id")
    await change.remove(t.WorkspacePackage, {"workspace_id": workspace_id, "package_id": package_id})
    await _announce(change, "UNMAP_PACKAGE", workspace_id, package_id)
    return Mapping(workspace_id=workspace_id)


async def _bought(change: Change, workspace_id: str, package_id: str) -> None:
    await manage(change, workspace_id, Action.CREATE_WORKSPACE, "WS-14")
    if not await change.rows(_BOUGHT, keys=[package_id]):
        raise NotFound(field="package_id")


async def _announce(change: Change, action: str, workspace_id: str, package_id: str) -> None:
    change.audit(action, "Workspace", workspace_id, package=package_id)
    change.publish("workspace", workspace_id, workspace_id, change=action)
    await packages_moved(change, workspace_id, [package_id])
