"""What a viewer may, alone by its account, its roles and the standing of its workspaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenancy.errors import AccountTypeNotAllowed, Forbidden, NotFound, Refusal
from tenancy.permissions import Action
from tenancy.viewer import Grant, Home, Viewer, choose, require
from tenancy.words import TENANT_ROLES, WORKSPACE_ROLES, AccountType, PersonalAccounts, Role, TenantKind
from tests.tenancy.callers import identity

PLACES = ("w1", "w2")
HOME = Home("t", "T", TenantKind.CUSTOMER, None)
ROLES = st.frozensets(st.sampled_from(sorted(TENANT_ROLES)), max_size=3)
ROLES_IN = st.fixed_dictionaries({place: st.frozensets(st.sampled_from(sorted(WORKSPACE_ROLES))) for place in PLACES})
STANDING = st.fixed_dictionaries({place: st.sampled_from(sorted(PersonalAccounts)) for place in PLACES})
WHO = st.sampled_from(["ann", "pia"])


def viewer(
    who: str, roles: frozenset[Role], roles_in: dict[str, frozenset[Role]], standing: dict[str, PersonalAccounts]
) -> Viewer:
    found = identity(who)
    personal = found.account_type is AccountType.PERSONAL
    members = {place: held | {Role.MEMBER} for place, held in roles_in.items() if held}
    return Viewer(found, "me", HOME, (HOME,), roles, members, standing if personal else {})


def rights(of: Viewer) -> set[tuple[Action, str | None]]:
    return {(action, place) for action in Action for place in (None, *PLACES) if of.may(action, place)}


@given(WHO, ROLES, ROLES, ROLES_IN, ROLES_IN, STANDING)
def test_a_role_more_never_takes_a_right_away(
    who: str,
    roles: frozenset[Role],
    more: frozenset[Role],
    roles_in: dict[str, frozenset[Role]],
    more_in: dict[str, frozenset[Role]],
    standing: dict[str, PersonalAccounts],
) -> None:
    """Roles add up."""
    fewer = viewer(who, roles, roles_in, standing)
    both = {place: roles_in[place] | more_in[place] for place in PLACES}
    assert rights(fewer) <= rights(viewer(who, roles | more, both, standing))


@given(WHO, ROLES, ROLES_IN, STANDING, STANDING)
def test_a_workspace_that_bars_a_personal_account_only_takes_rights_away(
    who: str,
    roles: frozenset[Role],
    roles_in: dict[str, frozenset[Role]],
    standing: dict[str, PersonalAccounts],
    other: dict[str, PersonalAccounts],
) -> None:
    """3.4: and if it were admitted, it had what it has now and more."""
    now = viewer(who, roles, roles_in, standing)
    assert rights(now) <= rights(now.if_admitted)
    barred = dict.fromkeys(standing, PersonalAccounts.BLOCKED)
    shut = viewer(who, roles, roles_in, barred)
    assert rights(shut) <= rights(viewer(who, roles, roles_in, other))
    assert not any(place in shut.entered for place in shut.barred)


@given(WHO, ROLES, ROLES_IN, STANDING)
def test_a_right_in_a_workspace_is_held_inside_it_only(
    who: str, roles: frozenset[Role], roles_in: dict[str, frozenset[Role]], standing: dict[str, PersonalAccounts]
) -> None:
    found = viewer(who, roles, roles_in, standing)
    for action, place in rights(found):
        assert place is None or found.may_enter(place)
        assert found.somewhere(action)
    assert not any(found.may(action, "elsewhere") for action in Action if not found.enters_all)


def _refused(of: Viewer, action: Action, place: str | None) -> type[Refusal] | None:
    try:
        require(of, action, place, rule="X-1")
    except Refusal as refusal:
        return type(refusal)
    return None


def test_a_refusal_tells_no_more_than_the_viewer_may_know() -> None:
    """D-31, WS-22, D-30"""
    member = viewer("ann", frozenset(), {"w1": frozenset({Role.MEMBER}), "w2": frozenset()}, {})
    blocked = dict.fromkeys(PLACES, PersonalAccounts.BLOCKED)
    barred = viewer("pia", frozenset(), {"w1": frozenset({Role.SUPPORT_CONTACT}), "w2": frozenset()}, blocked)
    assert _refused(member, Action.ENTER_WORKSPACE, "w1") is None
    assert _refused(member, Action.OPEN_CASE, "w1") is Forbidden
    assert _refused(member, Action.OPEN_CASE, "w2") is NotFound
    assert _refused(member, Action.OPEN_CASE, None) is Forbidden
    assert _refused(barred, Action.OPEN_CASE, "w1") is AccountTypeNotAllowed
    assert _refused(Viewer(identity("reader")), Action.OPEN_CASE, "w1") is Forbidden


def test_a_tenant_that_was_asked_for_is_chosen_among_those_held() -> None:
    other = Home("u", "A", TenantKind.CUSTOMER, None)
    held = [Grant(home, None, Role.GLOBAL_ADMIN) for home in (HOME, other)]
    assert choose(identity("ann"), "me", held, None).tenant_id == "u"
    assert choose(identity("ann"), "me", held, "t").tenant_id == "t"
    with pytest.raises(NotFound):
        choose(identity("ann"), "me", held, "v")
