"""How a viewer stands to the workspaces of its tenant: the account rule, and the first workspace (3.4, 2.1, D-37)."""

from datetime import UTC, datetime, timedelta

from gateway.demo import ids
from tenancy.doors import Doors
from tenancy.permissions import Action
from tenancy.words import AccountType, PersonalAccounts, Role
from tests.tenancy.callers import CONTOSO
from tests.tenancy.connections import Connection
from tests.tenancy.meanwhile import granted, seen, standing_at, without

W1, W2, W4 = (ids.of(f"contoso/W{number}") for number in (1, 2, 4))


async def test_the_standing_of_workspaces_is_asked_for_personal_accounts_alone(doors: Doors) -> None:
    assert dict((await seen(doors, "pat")).standing) == {W1: PersonalAccounts.BLOCKED}
    assert dict((await seen(doors, "pia")).standing) == {W4: PersonalAccounts.PREMIER}
    assert dict((await seen(doors, "ann")).standing) == {}
    assert (await seen(doors, "pat")).shut_out


async def test_a_guest_is_of_the_type_of_its_directory(doors: Doors) -> None:
    """D-4"""
    viewer = await seen(doors, "gwen")
    assert (viewer.account_type, viewer.may_enter(W1)) == (AccountType.WORK_SCHOOL, True)


async def test_admission_flips_at_the_day_boundary(doors: Doors, past: Connection) -> None:
    """A-04: the last day of the Premier agreement is in, the next day is out; no restart, no cache."""
    row = await past.fetchrow(
        "select max(a.ends_on) as last, min(a.starts_on) as first from app.agreement a"
        " join app.package p on p.agreement_id = a.id join app.workspace_package m on m.package_id = p.id"
        " where m.workspace_id = $1 and a.program = 'PREMIER' and a.activated_at is not null",
        W4,
    )
    assert row is not None
    last = datetime.combine(row["last"], datetime.max.time(), UTC)
    first = datetime.combine(row["first"], datetime.min.time(), UTC)
    moment = timedelta(microseconds=1)
    for now, admitted in ((first - moment, False), (first, True), (last, True), (last + moment, False)):
        with standing_at(doors, now):
            viewer = await seen(doors, "pia")
            assert viewer.may_enter(W4) is admitted
            assert viewer.shut_out is not admitted


async def test_a_personal_account_with_a_role_in_the_tenant_enters_what_admits_it(
    doors: Doors, past: Connection
) -> None:
    """3.4 holds for customer-level roles too: every workspace is asked, none is taken for granted."""
    async with granted(past, "pia", "GLOBAL_ADMIN", CONTOSO):
        viewer = await seen(doors, "pia")
    workspaces = await past.fetch("select id from app.workspace where tenant_id = $1", CONTOSO)
    assert set(viewer.standing) == {str(id) for (id,) in workspaces}
    assert not viewer.enters_all
    assert set(viewer.entered) == {key for key, why in viewer.standing.items() if why is not PersonalAccounts.BLOCKED}


# --- the first workspace


async def test_a_services_administrator_administers_the_first_workspace(doors: Doors, past: Connection) -> None:
    """2.1, D-37: and no other; the role alone is enough."""
    viewer = await seen(doors, "sam")
    assert viewer.roles_in(W1) == {Role.MEMBER, Role.WORKSPACE_ADMIN, Role.SUPPORT_CONTACT}
    async with without(past, "sam", workspace=W1):
        viewer = await seen(doors, "sam")
    assert dict(viewer.workspace_roles) == {W1: {Role.MEMBER, Role.WORKSPACE_ADMIN}}
    assert viewer.entered == (W1,)
    assert not viewer.may(Action.INVITE, W2)


async def test_a_services_administrator_of_a_tenant_without_workspaces_has_none(doors: Doors, past: Connection) -> None:
    wingtip = ids.of("wingtip")
    async with granted(past, "nils", "SERVICES_ADMIN", wingtip):
        viewer = await seen(doors, "nils")
    assert (viewer.tenant_id, dict(viewer.workspace_roles)) == (wingtip, {})
