"""From a token to a viewer: what the tables say at this moment, and nothing else (H-8, 3.3, 3.5, D-30)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.demo import ids
from tenancy import viewer as viewers
from tenancy.database import Row
from tenancy.doors import Doors
from tenancy.errors import Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.recognition import _STANDING
from tenancy.statements import Statement
from tenancy.tables import Case, Workspace
from tenancy.words import AccountType, Role
from tests.tenancy.callers import CONTOSO, FABRIKAM, identity
from tests.tenancy.connections import Connection
from tests.tenancy.meanwhile import delegated, granted, seen, standing_at, without

PARTNER = ids.of("partner-p")
W1, W2 = ids.of("contoso/W1"), ids.of("contoso/W2")


# --- which tenant


async def test_the_home_tenant_comes_first_then_the_first_by_name(doors: Doors) -> None:
    """Contract of X-Tenant: a wish, else the tenant of the token's directory, else the first by name."""
    assert (await seen(doors, "gil")).tenant_id == CONTOSO
    assert (await seen(doors, "pam")).tenant_id == PARTNER
    assert [home.name for home in (await seen(doors, "cora")).tenants] == [
        "Contoso",
        "Fabrikam",
        "Tailspin Toys",
        "Wingtip Toys",
    ]
    assert (await seen(doors, "cora")).tenant_id == CONTOSO
    assert (await seen(doors, "max")).tenant_id == CONTOSO


async def test_a_wish_selects_and_never_grants(doors: Doors) -> None:
    """T-05, 3.3"""
    assert (await seen(doors, "max", FABRIKAM)).tenant_id == FABRIKAM
    for wish in (FABRIKAM, ids.of("nowhere")):
        with pytest.raises(NotFound) as refused:
            await seen(doors, "gil", wish)
        assert refused.value.extensions == {"code": "NOT_FOUND", "field": "X-Tenant"}


async def test_the_directory_of_the_token_grants_nothing(doors: Doors) -> None:
    """3.3: zoe and nils carry Contoso's tid, max carries Tailspin's."""
    for who in ("zoe", "nils"):
        assert (await seen(doors, who)).tenants == ()
    assert {home.id for home in (await seen(doors, "max")).tenants} == {CONTOSO, FABRIKAM}


@pytest.mark.parametrize("who", ["zoe", "nils"])
async def test_a_stranger_is_nobody_anywhere(doors: Doors, who: str) -> None:
    """3.3: a true token of the customer's own Entra tenant, without a grant."""
    viewer = await seen(doors, who)
    assert (viewer.tenant_id, viewer.tenants, viewer.tenant_roles) == (None, (), frozenset())
    assert dict(viewer.workspace_roles) == {}
    assert not any(viewer.somewhere(action) for action in Action)
    assert (viewer.user_id is None) == (who == "zoe")


async def test_a_principal_is_its_whole_key(doors: Doors) -> None:
    """A-07, A-08: half of (tid, oid) is nobody, and all personal accounts share one tid."""
    pia, ann = identity("pia"), identity("ann")
    for tid, oid in ((pia.tid, ann.oid), (ann.tid, pia.oid), (pia.tid, ids.of("oid/other"))):
        async with doors.reading(replace(pia, tid=tid, oid=oid)) as scope:
            assert scope.viewer.user_id is None
            assert scope.viewer.tenants == ()


def test_what_a_log_line_says_of_a_viewer_has_no_names() -> None:
    viewer = viewers.Viewer(identity("ann"))
    assert viewers.described(viewer) == {"account_type": AccountType.WORK_SCHOOL, "tenant": None, "user": None}


# --- revocation


async def test_a_right_that_was_taken_away_is_gone_with_the_next_operation(doors: Doors, past: Connection) -> None:
    """H-8, T-16: no restart, no expiry of the token, and the remembered tenant does not help."""
    workspaces = Statement(select(Workspace.id))
    async with doors.reading(identity("cam")) as scope:
        assert {row.id for row in await scope.rows(workspaces)} == {W1, W2}
    async with without(past, "cam", workspace=W1), doors.reading(identity("cam")) as scope:
        assert {row.id for row in await scope.rows(workspaces)} == {W2}
    async with without(past, "cam"), doors.reading(identity("cam")) as scope:
        assert scope.viewer.tenant_id is None
        assert await scope.rows(workspaces) == []


async def test_a_guest_whose_grant_has_ended_is_a_stranger(doors: Doors, past: Connection) -> None:
    """A-09: with the next operation, however long its token holds."""
    assert (await seen(doors, "gwen")).entered == (W1,)
    async with without(past, "gwen"):
        viewer = await seen(doors, "gwen")
        assert (viewer.identity.is_guest, viewer.tenants, viewer.entered) == (True, (), ())
        with pytest.raises(NotFound):
            await seen(doors, "gwen", CONTOSO)


async def test_an_operation_that_runs_keeps_the_rights_it_began_with(doors: Doors, past: Connection) -> None:
    """H-4: one operation, one moment."""
    async with doors.reading(identity("cam")) as scope, without(past, "cam"):
        assert {row.id for row in await scope.rows(Statement(select(Workspace.id)))} == {W1, W2}


async def test_a_role_without_a_membership_opens_nothing(doors: Doors, past: Connection) -> None:
    """I-3: should the rows ever say so."""
    async with without(past, "maya", role="MEMBER"):
        viewer = await seen(doors, "maya")
    assert dict(viewer.workspace_roles) == {}
    assert not viewer.somewhere(Action.INVITE)


# --- delegation


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
async def test_a_delegated_relationship_ends_to_the_second(doors: Doors, seconds: int, open_: bool) -> None:
    """T-17: one second before its end it lends its roles, at its end no more."""
    end = datetime(2026, 3, 1, tzinfo=UTC)
    with standing_at(doors, end + timedelta(seconds=seconds)):
        viewer = await seen(doors, "pam")
        assert (FABRIKAM in {home.id for home in viewer.tenants}) is open_
        if open_:
            assert (await seen(doors, "pam", FABRIKAM)).tenant_roles == {Role.SERVICE_REPRESENTATIVE}
        else:
            with pytest.raises(NotFound):
                await seen(doors, "pam", FABRIKAM)


@pytest.mark.parametrize(("status", "open_"), [("ACTIVE", True), ("TERMINATED", False)])
async def test_an_end_that_is_put_off_does_not_come(doors: Doors, past: Connection, status: str, open_: bool) -> None:
    """3.5, I-20: where an extension is agreed the roles are lent on, until somebody terminates it."""
    async with delegated(past, status=status, auto_extend_days=180):
        for days in (0, 180, 1000):
            with standing_at(doors, datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=days)):
                assert (FABRIKAM in {home.id for home in (await seen(doors, "pam")).tenants}) is open_


async def test_a_delegated_relationship_begins_to_the_second(doors: Doors) -> None:
    begin = datetime(2024, 9, 1, tzinfo=UTC)
    for moment, expected in ((begin - timedelta(seconds=1), False), (begin, True)):
        with standing_at(doors, moment):
            assert (FABRIKAM in {home.id for home in (await seen(doors, "petra")).tenants}) is expected


@pytest.mark.parametrize("who", ["uma", "sal", "hank", "quin", "reader"])
async def test_only_agents_of_that_partner_are_lent_roles(doors: Doors, who: str) -> None:
    """3.5: for an application it would be FORBIDDEN as well as invisible (D-30)."""
    assert FABRIKAM not in {home.id for home in (await seen(doors, who)).tenants}


@pytest.mark.parametrize("who", ["pam", "petra"])
async def test_a_reseller_is_lent_nothing(doors: Doors, who: str) -> None:
    """T-17, 3.5: (a) never implies (b). P sells to Contoso, and may act for Fabrikam alone."""
    viewer = await seen(doors, who)
    assert {home.id: home.delegated for home in viewer.tenants} == {PARTNER: False, FABRIKAM: True}
    with pytest.raises(NotFound):
        await seen(doors, who, CONTOSO)
    async with doors.reading(identity(who)) as scope:
        assert await scope.rows(Statement(select(Case.id))) == []


@pytest.mark.parametrize("status", ["CREATED", "APPROVAL_PENDING", "APPROVED", "TERMINATED", "EXPIRED"])
async def test_only_an_active_relationship_lends_roles(doors: Doors, past: Connection, status: str) -> None:
    async with delegated(past, status=status):
        assert FABRIKAM not in {home.id for home in (await seen(doors, "pam")).tenants}


async def test_a_grant_of_ones_own_comes_before_a_delegated_one(doors: Doors, past: Connection) -> None:
    """Home by right and by delegation at once: the roles add up, and the tenant is not called delegated."""
    async with granted(past, "pam", "INCIDENT_MANAGER", FABRIKAM):
        viewer = await seen(doors, "pam", FABRIKAM)
    assert viewer.tenant_roles == {Role.INCIDENT_MANAGER, Role.SERVICE_REPRESENTATIVE}
    assert {home.id: home.delegated for home in viewer.tenants}[FABRIKAM] is False


# --- applications


async def test_an_application_without_a_grant_is_forbidden(doors: Doors) -> None:
    """D-30"""
    with pytest.raises(Forbidden) as refused:
        await seen(doors, "robot")
    assert refused.value.rule == "D-30"
    assert (await seen(doors, "reader")).tenant_roles == {Role.PARTNER_INSIGHTS_READER}


async def test_an_application_is_never_a_member(doors: Doors, past: Connection) -> None:
    """D-30: a grant that says otherwise is ignored."""
    async with granted(past, "robot", "MEMBER", CONTOSO, workspace=W1):
        with pytest.raises(Forbidden):
            await seen(doors, "robot", CONTOSO)


@pytest.mark.lock("policies")
async def test_what_recognition_reads_is_fenced_too(doors: Doors) -> None:
    """Its own statements carry no boundaries; the second lock holds them."""
    async with doors.reading(identity("gil")) as scope:
        own = await scope.wire.fetch(CONTOSO, _STANDING, [CONTOSO, "2025-06-15"], Row)
        foreign = await scope.wire.fetch(CONTOSO, _STANDING, [FABRIKAM, "2025-06-15"], Row)
    assert own
    assert foreign == []
