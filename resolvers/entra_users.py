"""Recognition inside one Entra tenant: a registered user names colleagues, who are members from then on (domain 2.1).

Nobody is found by an address. The colleague is `(tid of the inviter's token, object id)`, the very pair that its own
token will carry, so signing in is all that is left to do, even for an account without a mailbox (decision 0009).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from resolvers.commands import Payload
from resolvers.members_authority import manage, require_authority
from resolvers.members_commands import held_by
from resolvers.members_contacts import make_room
from resolvers.once import Answer, once
from resolvers.refusals import granted
from resolvers.rules.invitations import invite
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, Forbidden
from tenancy.identity import is_guid
from tenancy.introductions import introduce
from tenancy.permissions import Action
from tenancy.words import AccountType, AddedVia, Role

MOST: Final = 100
LONGEST_NAME: Final = 256


@dataclass(frozen=True)
class EntraUser:
    """A colleague: the object id in the directory, and a name to show until the person comes."""

    object_id: str
    name: str | None = None


@dataclass(frozen=True)
class EntraUsersAdded(Payload):
    """The grants that make them members."""

    membership_ids: tuple[str, ...] = ()


async def add_entra_users(
    change: Change, key: str, workspace_id: str, people: Sequence[EntraUser], roles: Iterable[Role]
) -> EntraUsersAdded:
    """Make users of the inviter's own Entra tenant members of a workspace: all of them, or none (WS-18)."""
    await manage(change, workspace_id, Action.INVITE, "WS-18")
    if change.viewer.account_type is not AccountType.WORK_SCHOOL:
        raise Forbidden(rule="A-07")
    wanted = granted(invite(roles)) or frozenset()
    require_authority(change.viewer, wanted, workspace_id)
    named = _named(change, people)

    async def effect() -> Answer:
        return {"membership_ids": [await _add(change, workspace_id, each, wanted) for each in named]}

    asked = {"workspace_id": workspace_id, "users": [each.object_id for each in named], "roles": sorted(wanted)}
    answer = await once(change, "addEntraUsers", key, asked, effect)
    return EntraUsersAdded(membership_ids=tuple(answer["membership_ids"]))


def _named(change: Change, people: Sequence[EntraUser]) -> list[EntraUser]:
    """Well-formed, each once, and nobody oneself: a membership is given by somebody else (T-19)."""
    if not 1 <= len(people) <= MOST or len({each.object_id for each in people}) != len(people):
        raise BadInput(field="users", rule="WS-18", details={"minimum": 1, "maximum": MOST})
    for each in people:
        if not is_guid(each.object_id) or len(each.name or "") > LONGEST_NAME or "\0" in (each.name or ""):
            raise BadInput(field="users", rule="WS-18")
        if each.object_id == change.viewer.identity.oid:
            raise Forbidden(field="users", rule="CA-10")
    return list(people)


async def _add(change: Change, workspace_id: str, person: EntraUser, roles: frozenset[Role]) -> str:
    user_id = await introduce(change, person.object_id, person.name)
    if Role.MEMBER in await held_by(change, user_id, workspace_id):
        raise BusinessRefusal("ALREADY_MEMBER", field="users", rule="WS-20")
    if Role.SUPPORT_CONTACT in roles:
        await make_room(change, workspace_id, [user_id])
    given = {"user_id": user_id, "workspace_id": workspace_id, "granted_by": change.viewer.user_id}
    noted = {"granted_at": change.now, "added_via": AddedVia.ENTRA_ID}
    ids = {role: await change.add(t.RoleGrant, {**given, **noted, "role": role}) for role in sorted(roles)}
    change.audit("ADD_ENTRA_USER", "User", user_id, workspace=workspace_id, roles=sorted(roles))
    change.publish("membership", user_id, workspace_id, change="ADDED")
    return ids[Role.MEMBER]
