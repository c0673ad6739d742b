"""How many support contacts an agreement allows, and whether one more fits (2.1, D-35, C-10)."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Uuid, any_, bindparam, literal, select
from sqlalchemy.types import Date

from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.invitations import add_contacts, contact_limit
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement, same
from tenancy.words import Category, EntitlementState, InvitationStatus, Role

_today = bindparam("today", type_=Date)
_mapped_here = (
    select(t.Package.agreement_id)
    .join(t.WorkspacePackage, same(t.WorkspacePackage.package_id, t.Package.id))
    .where(t.WorkspacePackage.workspace_id == bindparam("workspace", type_=Uuid(as_uuid=False)))
)

# Whoever appoints a contact under an agreement waits here for the one before, so that both count the same people.
_LOCK = Statement(
    select(t.Agreement.id)
    .where(
        t.Agreement.id.in_(_mapped_here),
        t.Agreement.activated_at.is_not(None),
        _today.between(t.Agreement.starts_on, t.Agreement.ends_on),
    )
    .order_by(t.Agreement.id)
    .with_for_update(key_share=True),
    reach=Reach.TENANT,
)

_TOTALS = Statement(
    select(t.Package.agreement_id, t.Entitlement.total_terms)
    .join(t.Package, same(t.Package.id, t.Entitlement.package_id))
    .where(
        t.Package.agreement_id == KEYS,
        _today.between(t.Package.starts_on, t.Package.ends_on),
        t.Entitlement.category == Category.SUPPORT_CONTACTS,
        t.Entitlement.state == EntitlementState.ACTIVE,
    ),
    reach=Reach.TENANT,
)

_PEOPLE = Statement(
    select(t.Package.agreement_id, t.RoleGrant.user_id.label("who"))
    .join(t.WorkspacePackage, same(t.WorkspacePackage.workspace_id, t.RoleGrant.workspace_id))
    .join(t.Package, same(t.Package.id, t.WorkspacePackage.package_id))
    .where(t.Package.agreement_id == KEYS, t.RoleGrant.role == Role.SUPPORT_CONTACT)
    .distinct(),
    reach=Reach.TENANT,
)

_INVITED = Statement(
    select(t.Package.agreement_id, t.Invitation.email.label("who"))
    .join(t.WorkspacePackage, same(t.WorkspacePackage.workspace_id, t.Invitation.workspace_id))
    .join(t.Package, same(t.Package.id, t.WorkspacePackage.package_id))
    .where(
        t.Package.agreement_id == KEYS,
        t.Invitation.status == InvitationStatus.PENDING,
        literal(Role.SUPPORT_CONTACT.value) == any_(t.Invitation.roles),
    )
    .distinct(),
    reach=Reach.TENANT,
)


async def make_room(change: Change, workspace_id: str, added: Iterable[str]) -> None:
    """Refuse more support contacts than an agreement in force, mapped to the workspace, allows.

    `added` are ids of users, or addresses that are invited: an open invitation holds its place. Locks the agreements.
    """
    newcomers = list(added)
    locked = await change.rows(_LOCK, workspace=workspace_id, today=change.today)
    keys = [row["id"] for row in locked]
    totals = await change.rows(_TOTALS, keys=keys, today=change.today)
    present = [*await change.rows(_PEOPLE, keys=keys), *await change.rows(_INVITED, keys=keys)]
    for key in keys:
        limit = contact_limit(_number(row["total_terms"]) for row in totals if row["agreement_id"] == key)
        granted(add_contacts(limit, [row["who"] for row in present if row["agreement_id"] == key], newcomers))


def _number(total: str | None) -> Decimal | None:
    return None if total is None else Decimal(total)
