"""The invariants that need more than one row to tell."""

import re

import asyncpg
import pytest

from tests.tenancy.connections import Connection, undone
from tests.tenancy.rows import A

AS_THE_RUNTIME = "set local session authorization gw_app; select set_config('app.tenant', :tenant, true)"

# In the statements below `:name` stands for the id of A's row of that name, and `:mine` for "is A's".


async def _refused(connection: Connection, invariant: str, *statements: str) -> None:
    """The last statement, or the check of what was deferred, breaks `invariant`; the ones before are fine."""
    async with undone(connection):
        await _run(connection, *statements[:-1])
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await _run(connection, statements[-1])
    assert refusal.value.constraint_name == invariant


async def _fine(connection: Connection, *statements: str) -> None:
    async with undone(connection):
        await _run(connection, *statements)


async def _run(connection: Connection, *statements: str) -> None:
    """Runs the statements and what a commit would check after them."""
    for statement in statements:
        mine = statement.replace(":mine", "tenant_id = :tenant")
        await connection.execute(re.sub(r":([a-z_]+)", lambda name: f"'{A.row(name[1])}'", mine))
    await connection.execute("set constraints all immediate; set constraints all deferred")


@pytest.mark.parametrize("change", ["starts_on = starts_on - 1", "ends_on = ends_on + 1"])
async def test_a_package_lies_inside_its_agreement(furnished: Connection, change: str) -> None:
    """I-5"""
    await _refused(
        furnished, "package_inside_agreement", "update app.package set CHANGE where :mine".replace("CHANGE", change)
    )


@pytest.mark.parametrize(
    "change", ["starts_on = starts_on + 1, ends_on = ends_on + 2", "starts_on = starts_on - 2, ends_on = ends_on - 1"]
)
async def test_an_agreement_does_not_shrink_below_its_packages(furnished: Connection, change: str) -> None:
    """I-5"""
    await _refused(
        furnished, "agreement_around_packages", "update app.agreement set CHANGE where :mine".replace("CHANGE", change)
    )


async def test_agreement_and_package_may_grow_together(furnished: Connection) -> None:
    await _fine(
        furnished,
        "update app.agreement set ends_on = ends_on + 30 where :mine",
        "update app.package set ends_on = ends_on + 30 where :mine",
    )


_REVERSAL = """insert into app.consumption
    (tenant_id, id, entitlement_id, quantity, occurred_on, recorded_at, reverses_id, origin)
    values (:tenant, :reversal, :entitlement, -1, '2025-06-15', now(), :consumption, null)"""


async def test_a_reversal_undoes_its_charge(furnished: Connection) -> None:
    """I-8"""
    await _fine(furnished, _REVERSAL)


async def test_a_reversal_has_the_negated_quantity(furnished: Connection) -> None:
    await _refused(furnished, "reversal_mirrors_charge", _REVERSAL.replace(" -1,", " -2,"))


async def test_a_reversal_has_the_channel_of_its_charge(furnished: Connection) -> None:
    await _refused(furnished, "reversal_mirrors_charge", _REVERSAL.replace("null", "'PHONE'"))


async def test_a_reversal_is_not_reversed(furnished: Connection) -> None:
    again = _REVERSAL.replace(":consumption", ":reversal").replace(":reversal,", ":again,", 1).replace(" -1,", " 1,")
    await _refused(furnished, "reversal_mirrors_charge", _REVERSAL, again)


async def test_a_charge_is_reversed_once(furnished: Connection) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await _fine(furnished, _REVERSAL, _REVERSAL.replace(":reversal", ":again"))


async def test_what_has_a_ledger_stays_consumable(furnished: Connection) -> None:
    """I-11"""
    benefit = "update app.entitlement set is_consumable = false where :mine"
    await _refused(furnished, "benefit_without_ledger", benefit)


async def test_an_additional_benefit_has_no_ledger(furnished: Connection) -> None:
    """I-11"""
    benefit = """insert into app.entitlement
        (tenant_id, id, name, category, is_consumable, allocation_type, state, starts_on, ends_on)
        values (:tenant, :benefit, 'b', 'OTHER', false, 'UNITS', 'ACTIVE', '2025-01-01', '2025-12-31')"""
    use = """insert into app.consumption (tenant_id, entitlement_id, quantity, occurred_on, recorded_at)
        values (:tenant, :benefit, 1, '2025-06-15', now())"""
    await _fine(furnished, benefit)
    await _refused(furnished, "ledger_of_consumables", benefit, use)


_CASE = """insert into app.incident (tenant_id, id, parent_id, ticket_number, title, customer_id, support_kind,
        state, status, owner_id, created_by, created_at, modified_at)
    select tenant_id, :CASE, PARENT, 'CASE', title, customer_id, support_kind, state, status, owner_id, created_by,
        created_at, modified_at
    from app.incident where id = :incident"""


def _case(name: str, parent: str = "null") -> str:
    return _CASE.replace("CASE", name).replace("PARENT", parent)


async def test_a_child_has_no_children(furnished: Connection) -> None:
    """I-12"""
    await _fine(furnished, _case("child", ":incident"), _case("sibling", ":incident"))
    child, grandchild = _case("child", ":incident"), _case("grandchild", ":child")
    await _refused(furnished, "one_level_of_children", child, grandchild)


async def test_a_parent_does_not_become_a_child(furnished: Connection) -> None:
    adopt = "update app.incident set parent_id = :other where id = :incident"
    await _refused(furnished, "one_level_of_children", _case("other"), _case("child", ":incident"), adopt)


async def test_a_parent_has_as_many_children_as_its_tenant_allows(furnished: Connection) -> None:
    limit = "update app.tenant set max_children = 1 where id = :tenant"
    first, second = _case("first", ":incident"), _case("second", ":incident")
    await _refused(furnished, "one_level_of_children", limit, first, second)


_ADMIN = """insert into app.role_grant (tenant_id, user_id, workspace_id, role, granted_at)
    values (:tenant, :app_user, :workspace, 'WORKSPACE_ADMIN', now())"""
_MEMBER = _ADMIN.replace("WORKSPACE_ADMIN", "MEMBER")
_ALONE = "delete from app.support_group_member where :mine"
_DEMOTE = "delete from app.role_grant where :mine and role = 'WORKSPACE_ADMIN'"
_LEAVE = "delete from app.role_grant where :mine and role = 'MEMBER'"


async def test_a_workspace_role_needs_membership(furnished: Connection) -> None:
    """I-3"""
    await _refused(furnished, "roles_need_membership", _ADMIN)


async def test_membership_may_come_later_in_the_same_transaction(furnished: Connection) -> None:
    await _fine(furnished, f"{_ADMIN}; {_MEMBER}")


async def test_a_role_granted_and_taken_back_needs_nothing(furnished: Connection) -> None:
    await _fine(furnished, f"{_ADMIN}; {_DEMOTE}")


async def test_leaving_a_workspace_leaves_its_roles(furnished: Connection) -> None:
    await _refused(furnished, "leaving_takes_all", _ALONE, f"{_MEMBER}; {_ADMIN}", _LEAVE)


async def test_leaving_a_workspace_leaves_its_groups(furnished: Connection) -> None:
    await _refused(furnished, "leaving_takes_all", _MEMBER, _LEAVE)


async def test_leaving_a_workspace_leaves_its_shares(furnished: Connection) -> None:
    inside = "update app.incident set workspace_id = :workspace where :mine"
    await _refused(furnished, "leaving_takes_all", _ALONE, inside, _MEMBER, _LEAVE)


async def test_leaving_with_everything_is_fine_and_other_roles_are_free_to_go(furnished: Connection) -> None:
    await _fine(furnished, _ALONE, _MEMBER, _LEAVE)
    await _fine(furnished, "delete from app.role_grant where :mine")


async def test_what_was_redeemed_stays_redeemed(furnished: Connection) -> None:
    """I-4"""
    redeem = """update app.invitation set status = 'REDEEMED', redeemed_at = now(), redeemed_by = :app_user
        where :mine"""
    revoke = "update app.invitation set status = 'REVOKED', redeemed_at = null, redeemed_by = null where :mine"
    await _refused(furnished, "redeemed_for_good", redeem, revoke)


@pytest.mark.parametrize(
    "statements",
    [(_REVERSAL,), (_case("child", ":incident"),), (_MEMBER, _ADMIN), (_ALONE, _MEMBER, _LEAVE)],
    ids=["reversal", "child", "join", "leave"],
)
async def test_the_runtime_may_do_what_the_checks_need(furnished: Connection, statements: tuple[str, ...]) -> None:
    """The checks run with the rights of the caller: its grants and its fence suffice for their reads and locks."""
    await _fine(furnished, AS_THE_RUNTIME, *statements)


@pytest.mark.parametrize(
    ("invariant", "statements"),
    [
        ("reversal_mirrors_charge", (_REVERSAL.replace(" -1,", " -2,"),)),
        ("one_level_of_children", (_case("child", ":incident"), _case("grandchild", ":child"))),
        ("roles_need_membership", (_ADMIN,)),
        ("leaving_takes_all", (_MEMBER, _LEAVE)),
    ],
)
async def test_the_runtime_is_held_to_them(furnished: Connection, invariant: str, statements: tuple[str, ...]) -> None:
    await _refused(furnished, invariant, AS_THE_RUNTIME, *statements)
