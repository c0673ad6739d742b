"""What a member would be answered, were it admitted, is refused for its account type: nothing else is said (A-01).

Pat is a personal member of a Unified workspace, here with every role that there is in it, and once more with a desk
role (AE-37). Whatever colleagues ask in conversations Pat asks twice: while the override lets personal accounts in,
and while it does not. Commands are planned, so that both times the world is the same.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from graphql import OperationType

from gateway.demo import ids as names
from gateway.demo.people import person
from resolvers import ids
from tenancy.errors import NotFound
from tenancy.words import WORKSPACE_ROLES, Role
from tests.conversations.test_account_rule import OPEN_TO_EVERYBODY
from tests.conversations.test_conversations import TALKS
from tests.conversations.test_plans_of_all import deeds
from tests.talk import Turn
from tests.tenancy.connections import connected
from tests.world import World

W1: Final = names.of("contoso/W1")
COLLEAGUES: Final = frozenset({"ann", "bo", "cy", "di", "ed", "gus", "hal", "lea", "maya", "cam", "sia", "pat"})
DESK: Final = frozenset({"mo", "rae"})
_TEXT: Final = re.compile(r'"([A-Za-z0-9+/]{8,}={0,2})"')
NODE: Final = "query ($id: ID!) { node(id: $id) { id } }"

OF_NO_WORKSPACE: Final = frozenset(
    {
        # Oneself, and the way in: whoever is barred from one workspace may be invited to another.
        *OPEN_TO_EVERYBODY,
        "redeemInvitation",
        # It ends something of one's own.
        "cancelExport",
    }
)
"""Root fields that are not about a workspace."""


INSIDE: Final = {
    "queries": """
        agreement agreements case caseChart cases customerActivity educationReport entitlement entitlements
        latestEventId node products subjects workspace workspaces""",
    "commands": """
        addTimelineEntry createCase createGroup grantRole inviteUsers removeMember resendInvitation revokeInvitation
        revokeRole setDefaultGroup setGroupMembers shareCase startExport unshareCase""",
}
"""Root fields that workspace roles open, and so must have been compared."""

INVITATION: Final = ids.encode("Invitation", names.of("contoso/new-W1"))
MORE: Final = (
    f'mutation {{ resendInvitation(input: {{idempotencyKey: "a", id: "{INVITATION}"}}, plan: true) {{ planned }} }}',
    f'mutation {{ revokeInvitation(input: {{id: "{INVITATION}"}}, plan: true) {{ planned }} }}',
)
"""What conversations say about things that they made themselves."""


def _said() -> Iterator[tuple[Turn, str, Any]]:
    """What colleagues ask, commands as plans; what needs an answer from before is left out."""
    for talk in TALKS:
        planned = {id(deed.turn): deed for deed in deeds(talk)}
        for turn in talk.turns:
            kind, text = turn.operation.operation, json.dumps(turn.variables)
            if turn.viewer not in COLLEAGUES | DESK or turn.headers or '"$' in text:
                continue
            if kind is OperationType.QUERY:
                yield turn, turn.document, turn.variables
            elif deed := planned.get(id(turn)):
                yield turn, deed.said(plan=True), deed.variables(turn.variables, plan=True)
    for document in MORE:
        turn = Turn.of(f"# viewer: maya\n# says: {document}\n{document}", "")
        yield turn, document, None


def _named(document: str, variables: Any) -> Iterator[str]:
    for text in dict.fromkeys(_TEXT.findall(document) + _TEXT.findall(json.dumps(variables))):
        try:
            ids.decode(text)
        except NotFound:
            continue
        yield text


async def _let_in(world: World, allowed: bool) -> None:
    async with connected(world.address.owner) as past:
        await past.execute("update app.workspace set allow_personal_accounts = $1 where id = $2", allowed, W1)


async def _appoint(world: World, place: str | None, roles: Iterable[Role]) -> None:
    async with connected(world.address.owner) as past:
        await past.executemany(
            "insert into app.role_grant (tenant_id, user_id, workspace_id, role, granted_at)"
            " values ($1, $2, $3, $4, now()) on conflict do nothing",
            [(names.of("contoso"), person("pat").id, place, role) for role in sorted(roles)],
        )


async def _answered(world: World, turn: Turn, document: str, variables: Any) -> tuple[set[str], Any]:
    body = (await world.ask("pat", document, variables, at=turn.at)).json()
    refused = [error for each in (body.get("data") or {}).values() for error in _user_errors(each)]
    codes = {error["extensions"]["code"] for error in body.get("errors", ())} | {each["code"] for each in refused}
    return codes, {name: value for name, value in (body.get("data") or {}).items() if value is not None}


def _user_errors(payload: Any) -> Any:
    return payload.get("toldErrors", []) if isinstance(payload, dict) else []


async def _answered_inside(world: World) -> list[tuple[Turn, str, Any]]:
    """What is answered without a refusal while Pat is let in; afterwards Pat is not."""
    await _let_in(world, True)
    asked = [each for each in _said() if not each[0].roots & OF_NO_WORKSPACE]
    found = [each for each in asked if not (await _answered(world, *each))[0]]
    await _let_in(world, False)
    return found


async def test_a_barred_member_hears_the_reason_and_nothing_else(fresh_world: World) -> None:
    """A-01: no field forgets the rule, whichever role would open it."""
    await _appoint(fresh_world, W1, WORKSPACE_ROLES)
    compared: set[str] = set()
    for turn, document, variables in await _answered_inside(fresh_world):
        found = await _answered(fresh_world, turn, document, variables)
        assert found == ({"ACCOUNT_TYPE_NOT_ALLOWED"}, {}), document
        compared |= turn.roots
    assert compared >= {name for names in INSIDE.values() for name in names.split()}


async def test_with_a_role_in_the_tenant_it_hears_the_reason_of_what_is_kept_from_it(fresh_world: World) -> None:
    """A-01, 3.4: the desk's work goes on where the rule admits, and stops where `node` says that it does not."""
    await _appoint(fresh_world, None, [Role.SERVICE_MANAGER])
    compared: set[str] = set()
    for turn, document, variables in await _answered_inside(fresh_world):
        named = [await _answered(fresh_world, turn, NODE, {"id": id}) for id in _named(document, variables)]
        if any(told == {"ACCOUNT_TYPE_NOT_ALLOWED"} for told, _ in named):
            found, _ = await _answered(fresh_world, turn, document, variables)
            assert "ACCOUNT_TYPE_NOT_ALLOWED" in found, document
            compared |= turn.roots
    assert len(compared) > 20
