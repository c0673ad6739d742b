"""The viewer that somebody else would be in the current tenant: for explaining access, never for giving it.

It is made of the same grants by the same code as the viewer of a request, so an explanation cannot know better than
the door. What a partner's people borrow is left out: they are nobody's members.
"""

from dataclasses import replace

from tenancy.database import Row
from tenancy.identity import NOBODY, Identity
from tenancy.recognition import completed
from tenancy.scope import Scope
from tenancy.viewer import Grant, Viewer, choose
from tenancy.words import AccountType, Role

_PERSON = "select tid, oid, account_type, is_guest from app.app_user where id = $1"
_GRANTS = "select workspace_id, role from app.role_grant where tenant_id = $1 and user_id = $2 order by id"


async def portrait(scope: Scope, user_id: str) -> Viewer | None:
    """The viewer that the person with this id would be here; None for somebody without a role in this tenant."""
    home = scope.viewer.tenant
    if home is None:
        return None
    people = await scope.wire.fetch(home.id, _PERSON, [user_id], Row)
    rows = await scope.wire.fetch(home.id, _GRANTS, [home.id, user_id], Row)
    if not people or not rows:
        return None
    grants = [Grant(home, row["workspace_id"], Role(row["role"])) for row in rows]
    viewer = choose(_identity(people[0]), user_id, grants, home.id)
    return await completed(scope.wire, viewer, scope.clock)


def _identity(row: Row) -> Identity:
    """The key and type of a known principal; nothing of a token, because there is none."""
    return replace(
        NOBODY,
        tid=row["tid"],
        oid=row["oid"],
        account_type=AccountType(row["account_type"]),
        is_guest=row["is_guest"],
    )
