"""What random people do around the cases: they invite, join, leave, group, share, map, record, and let time pass."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from resolvers import ids
from tenancy.embedded import Cluster
from tests.conversations.test_plans_of_all import NEEDS_NO_KEY
from tests.ground import copy
from tests.resolvers.desk import case, entitlement, said
from tests.resolvers.invariants import ledger, offences
from tests.talk import identified
from tests.world import NOON, World, opened

TAKEN = {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "GRAPHQL_VALIDATION_FAILED"}
"""Codes that no step may get."""

NO_KEY = frozenset(name for names in NEEDS_NO_KEY.values() for name in names.split())
"""Mutations whose input has no idempotency key."""

_numbers = count(1)

workspaces = st.sampled_from([identified("Workspace", f"contoso/{name}") for name in ("W1", "W2", "W4")])
members = st.sampled_from([identified("User", key) for key in ("ann", "bo", "cy", "ed", "kim", "tess", "pat", "pia")])
guests = st.sampled_from(["ann", "bo", "ed", "kim", "tess", "pat", "nils"])
roles = st.sampled_from(["MEMBER", "SUPPORT_CONTACT", "VIEW_ALL_SUPPORT_REQUESTS", "CUSTOMER_ACTIVITY"])
shared = st.sampled_from([case(name) for name in ("K20", "K22", "K23", "K40")])


queues = st.sampled_from([identified("Queue", f"contoso/{name}") for name in ("Q-tier2", "Q-mail")])
lines = st.sampled_from([entitlement(f"terms-{name}") for name in ("gold", "open", "draft", "waiting")])
_ITEM = "select id from app.queue_item where incident_id = $1 and state = 'ACTIVE'"


class HouseRules(RuleBasedStateMachine):
    """A world of its own, and everything that is done in it but the work on cases."""

    cluster: ClassVar[Cluster]
    template: ClassVar[str]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now, self.keys = NOON, count(1)
        self.ledger: dict[str, str] = {}
        self.groups: list[str] = [identified("SupportGroup", "contoso/G1")]
        self.stack = AsyncExitStack()
        self.run(self._open())

    async def _open(self) -> None:
        number = next(_numbers)
        address = await self.stack.enter_async_context(copy(self.cluster, self.template, f"desk_{number}"))
        self.world: World = await self.stack.enter_async_context(opened(address, self.folder / str(number)))
        self.connection = await asyncpg.connect(address.system)
        self.stack.push_async_callback(self.connection.close)
        self.ledger = await ledger(self.connection)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def act(self, viewer: str, mutation: str, answer: str, **given: Any) -> Any:
        """Plan it, do it, compare; the payload when it was done."""
        if mutation not in NO_KEY:
            given["idempotencyKey"] = str(next(self.keys))
        self.now += timedelta(seconds=1)
        told: dict[str, Any] = {"at": self.now, "answer": answer}
        planned = self.run(said(self.world, viewer, mutation, given, plan=True, **told))
        done = self.run(said(self.world, viewer, mutation, given, **told))
        if "errors" in done:
            assert not TAKEN & {error["extensions"]["code"] for error in done["errors"]}, done
            assert planned == done
            return None
        before, after = planned["data"][mutation], done["data"][mutation]
        assert before["userErrors"] == after["userErrors"]
        assert before["effects"] == after["effects"]
        return None if after["userErrors"] else after

    @rule(workspace=workspaces, who=guests, more=roles, is_open=st.booleans())
    def invite(self, workspace: str, who: str, more: str, is_open: bool) -> None:
        """Somebody is invited, and comes: with a token that only the letter knows, so this one is put in its place."""
        given = {"emails": [f"{who}-{next(self.keys)}@example.com"], "roles": [more]}
        made = self.act("gil", "inviteUsers", "invitations { id }", workspaceId=workspace, **given)
        if made is None or not made["invitations"] or not is_open:
            return
        token = f"token-{next(self.keys)}"
        self.run(
            self.connection.execute(
                "update app.invitation set token_hash = $1 where id = (select id from app.invitation"
                " where status = 'PENDING' order by created_at desc limit 1)",
                sha256(token.encode()).digest(),
            )
        )
        for _ in range(2):
            self.act(who, "redeemInvitation", "workspace { name }", token=token)

    @rule(workspace=workspaces, user=members)
    def leave(self, workspace: str, user: str) -> None:
        self.act("gil", "removeMember", "planned", workspaceId=workspace, userId=user)

    @rule(workspace=workspaces, user=members, role=roles, away=st.booleans())
    def promote(self, workspace: str, user: str, role: str, away: bool) -> None:
        verb = "revokeRole" if away else "grantRole"
        self.act("gil", verb, "planned", workspaceId=workspace, userId=user, role=role)

    @rule(workspace=workspaces, people=st.lists(members, max_size=3, unique=True))
    def group(self, workspace: str, people: list[str]) -> None:
        name = f"Group {next(self.keys)}"
        made = self.act("gil", "createGroup", "group { id }", workspaceId=workspace, name=name, memberIds=people)
        if made and made["group"]:
            self.groups.append(made["group"]["id"])

    @rule(number=st.integers(0, 50), people=st.lists(members, max_size=3, unique=True))
    def regroup(self, number: int, people: list[str]) -> None:
        group = self.groups[number % len(self.groups)]
        self.act("gil", "setGroupMembers", "planned", groupId=group, memberIds=people)

    @rule(subject=shared, user=members, number=st.integers(0, 50), with_group=st.booleans(), back=st.booleans())
    def share(self, subject: str, user: str, number: int, with_group: bool, back: bool) -> None:
        whom = {"groupId": self.groups[number % len(self.groups)]} if with_group else {"userId": user}
        self.act("maya", "unshareCase" if back else "shareCase", "planned", caseId=subject, **whom)

    @rule(workspace=workspaces, allowed=st.booleans())
    def admit(self, workspace: str, allowed: bool) -> None:
        self.act("gil", "setPersonalAccounts", "planned", workspaceId=workspace, allowed=allowed)

    @rule(workspace=workspaces, away=st.booleans(), name=st.sampled_from(["X1", "X2", "X3"]))
    def map(self, workspace: str, away: bool, name: str) -> None:
        package = identified("Package", f"contoso/{name}")
        self.act("cora", "unmapPackage" if away else "mapPackage", "planned", workspaceId=workspace, packageId=package)

    @rule(workspace=workspaces, quantity=st.sampled_from(["1", "2.50", "-1", "1000000"]))
    def record(self, workspace: str, quantity: str) -> None:
        line = identified("Entitlement", "contoso/X1-credits")
        self.act("cora", "recordConsumption", "planned", entitlementId=line, workspaceId=workspace, quantity=quantity)

    @rule(subject=shared, queue=queues, verb=st.sampled_from(["addToQueue", "pickQueueItem", "releaseQueueItem"]))
    def queue(self, subject: str, queue: str, verb: str) -> None:
        """D-17, I-15: one item for a case, in one queue, in one hand."""
        if verb == "addToQueue":
            self.act("mo", verb, "planned", caseId=subject, queueId=queue)
        elif item := self.run(self.connection.fetchval(_ITEM, ids.of("Case", subject))):
            self.act("rae", verb, "planned", itemId=ids.encode("QueueItem", str(item)))

    @rule(line=lines, verb=st.sampled_from(["activate", "deactivate", "setDefault", "cancel", "renew"]))
    def live(self, line: str, verb: str) -> None:
        """AE-68, AE-69, I-7: states and defaults come and go, and cases keep what they have."""
        self.act("mo", f"{verb}Entitlement", "planned", entitlementId=line)

    @rule(hours=st.sampled_from([1, 5, 30, 200]))
    def wait(self, hours: int) -> None:
        """Time passes, and the clock worker writes down what it did."""
        self.now += timedelta(hours=hours)
        self.world.stand_at(self.now)
        while not self.run(self.world.gateway.clockwork.turn()):
            pass
        late = self.run(self.connection.fetchval(_LATE, self.now))
        assert late == 0, "a clock ran on past its moment"

    @invariant()
    def holds(self) -> None:
        assert self.run(offences(self.connection)) == {}
        known, self.ledger = self.ledger, self.run(ledger(self.connection))
        assert known.items() <= self.ledger.items()


_LATE = """
select count(*) from app.sla_kpi_instance
where (status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE') and failure_time <= $1)
  or (status = 'IN_PROGRESS' and warning_time <= $1)
"""
