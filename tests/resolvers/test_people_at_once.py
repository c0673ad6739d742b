"""Many at once, over HTTP and real connections: links, activations, contacts, administrators (A-10, A-12, C-09)."""

import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from secrets import token_urlsafe
from typing import Any

import asyncpg
import pytest

from gateway.demo import ids as names
from gateway.demo.people import people, person
from resolvers import ids
from tenancy.words import AccountType
from tests.ground import Address
from tests.resolvers.crowd import CONNECTIONS
from tests.world import World

REDEEM = """mutation ($token: String!) {
  redeemInvitation(input: {token: $token}) { workspace { name } userErrors { code } }
}"""
ACTIVATE = """mutation ($key: String!, $id: ID!) {
  activateAgreement(input: {idempotencyKey: $key, agreementId: $id}) { workspace { id } userErrors { code } }
}"""
GRANT = """mutation ($key: String!, $user: ID!, $workspace: ID!) {
  grantRole(input: {idempotencyKey: $key, userId: $user, role: SUPPORT_CONTACT, workspaceId: $workspace}) {
    userErrors { code }
  }
}"""
REMOVE = """mutation ($user: ID!, $workspace: ID!) {
  removeMember(input: {userId: $user, workspaceId: $workspace}) { userErrors { code } }
}"""
SHARE = """mutation ($key: String!, $case: ID!, $group: ID!) {
  shareCase(input: {idempotencyKey: $key, caseId: $case, groupId: $group}) { userErrors { code } }
}"""
WINGTIP = "{ workspaces { nodes { isDefault invitations { totalCount } } } }"
JOINED = "select user_id, role from app.role_grant where workspace_id = $1 and user_id = any ($2::uuid[])"
TEN_PLACES = "update app.entitlement set total_terms = 17 where id = $1"
"""Seven are taken in the demo world: six people and one address that is invited."""
NEWCOMERS = """insert into app.app_user (tid, oid, account_type, is_guest, created_at)
  select gen_random_uuid(), gen_random_uuid(), 'WORK_SCHOOL', false, now() from generate_series(1, 50) returning id"""
JOIN = """insert into app.role_grant (tenant_id, user_id, workspace_id, role, granted_at)
  values ($1, $2, $3, 'MEMBER', now())"""
GROUP = "insert into app.support_group (tenant_id, workspace_id, name) values ($1, $2, $3) returning id"
FEW = 200
GUESSES = int(os.environ.get("GUESSES", FEW))
"""`make guesses` asks 10,000 (A-12)."""
KIMS_LINK = "demo-contoso-kim-W2"
W1 = ids.encode("Workspace", names.of("contoso/W1"))


async def told(world: World, viewer: str, query: str, **variables: Any) -> list[str]:
    """The codes of a mutation's user errors; empty is success."""
    data = await world.data(viewer, query, variables)
    (payload,) = data.values()
    return [each["code"] for each in payload["userErrors"]]


def counted(answers: Sequence[list[str]]) -> Counter[str]:
    return Counter(answer[0] if answer else "ok" for answer in answers)


@contextlib.asynccontextmanager
async def database(address: Address) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(address.system)
    try:
        yield connection
    finally:
        await connection.close()


async def test_one_link_makes_one_member_of_twenty_who_come_at_once(crowded: World) -> None:
    """A-10: one success, nineteen INVITATION_USED, and no half-made membership."""
    inside = {"noa", "fay", "tess", "cam", "max"}
    workers = [each for each in people() if each.account_type is AccountType.WORK_SCHOOL and each.key not in inside]
    crowd = [each.key for each in workers][:20]
    answers = await asyncio.gather(*(told(crowded, key, REDEEM, token=KIMS_LINK) for key in crowd))
    assert counted(answers) == {"ok": 1, "INVITATION_USED": 19}
    async with database(crowded.address) as connection:
        rows = await connection.fetch(JOINED, names.of("contoso/W2"), sorted(person(key).id for key in crowd))
    assert [(str(row["user_id"]), row["role"]) for row in rows] == [(person(crowd[answers.index([])]).id, "MEMBER")]


@pytest.mark.timeout(1800 if GUESSES > FEW else 120)
async def test_guesses_look_alike_and_are_stopped(crowded: World) -> None:
    """A-12: unknown, revoked and malformed secrets are one answer; after ten wrong ones there is another, and the
    bucket is the principal's own: whoever holds a link comes in."""
    taken_back = await crowded.ask("nils", REDEEM, {"token": "demo-contoso-gone-W2"})
    guesses = ["", "demo-contoso-kim-W", "x" * 256, *(token_urlsafe(32) for _ in range(GUESSES))]
    told_apart: Counter[str] = Counter()
    begun = time.monotonic()
    for start in range(0, len(guesses), 50):
        batch = guesses[start : start + 50]
        answers = await asyncio.gather(*(crowded.ask("nils", REDEEM, {"token": each}) for each in batch))
        for answer in answers:
            refused = answer.json().get("errors")
            assert refused or answer.text == taken_back.text
            told_apart[refused[0]["extensions"]["code"] if refused else "INVITATION_INVALID"] += 1
    assert set(told_apart) == {"INVITATION_INVALID", "RATE_LIMITED"}
    tried = told_apart["INVITATION_INVALID"]
    assert 3 <= tried <= 10 + 0.2 * (time.monotonic() - begun)
    assert await told(crowded, "kim", REDEEM, token=KIMS_LINK) == []


async def test_an_agreement_is_activated_once_by_twenty_at_once(crowded: World) -> None:
    """C-09: one default workspace, one set of invitations (I-2)."""
    agreement = ids.encode("Agreement", names.of("wingtip/A1"))
    header = {"x-tenant": ids.encode("Tenant", names.of("wingtip"))}
    variables = [{"key": f"k{number}", "id": agreement} for number in range(20)]
    answers = await asyncio.gather(*(crowded.data("cora", ACTIVATE, each, headers=header) for each in variables))
    codes = [[each["code"] for each in answer["activateAgreement"]["userErrors"]] for answer in answers]
    assert counted(codes) == {"ok": 1, "ALREADY_ACTIVATED": 19}
    found = await crowded.data("cora", WINGTIP, headers=header)
    assert [(each["isDefault"], each["invitations"]["totalCount"]) for each in found["workspaces"]["nodes"]] == [
        (True, 4)
    ]


async def test_contacts_stay_within_the_agreement_whoever_grants_at_once(crowded: World) -> None:
    """C-10: ten places, fifty grants: ten succeed."""
    async with database(crowded.address) as connection:
        await connection.execute(TEN_PLACES, names.of("contoso/B1-contacts"))
        newcomers = [str(row["id"]) for row in await connection.fetch(NEWCOMERS)]
        await connection.executemany(JOIN, [(names.of("contoso"), each, names.of("contoso/W1")) for each in newcomers])
    users = [ids.encode("User", each) for each in newcomers]
    # As many at once as there are connections: more would be told to come back.
    places = asyncio.Semaphore(CONNECTIONS)

    async def grant(user: str) -> list[str]:
        async with places:
            return await told(crowded, "maya", GRANT, key=user, user=user, workspace=W1)

    assert counted(await asyncio.gather(*map(grant, users))) == {"ok": 10, "SUPPORT_CONTACT_LIMIT": 40}


async def test_two_administrators_who_remove_each_other_leave_one(crowded: World) -> None:
    """WS-6, C-10: no write skew over who is the last."""
    maya, sam = (ids.encode("User", names.user(key)) for key in ("maya", "sam"))
    answers = await asyncio.gather(
        told(crowded, "gil", REMOVE, user=maya, workspace=W1), told(crowded, "gil", REMOVE, user=sam, workspace=W1)
    )
    assert counted(answers) == {"ok": 1, "CONFLICT": 1}


async def test_a_case_is_shared_with_one_group_by_many_at_once(crowded: World) -> None:
    """C-13, I-15: one winner."""
    async with database(crowded.address) as connection:
        groups = [
            str(await connection.fetchval(GROUP, names.of("contoso"), names.of("contoso/W1"), f"Group {number}"))
            for number in range(40)
        ]
    case = ids.encode("Case", names.of("contoso/K21"))
    shares = [
        told(crowded, "maya", SHARE, key=each, case=case, group=ids.encode("SupportGroup", each)) for each in groups
    ]
    assert counted(await asyncio.gather(*shares)) == {"ok": 1, "GROUP_SHARE_EXISTS": 39}
