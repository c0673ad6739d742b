"""What a viewer's roles settle is written into the statement, and means what the parameters meant (H-2)."""

from dataclasses import replace
from itertools import combinations

import pytest
from sqlalchemy import false, select, true

from tenancy import boundaries
from tenancy import tables as t
from tenancy.boundaries import floor
from tenancy.identity import NOBODY
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import Viewer
from tenancy.words import AccountType, Role

FLAGS = sorted(floor._FLAGS)
PAIRS = [frozenset(), *map(frozenset, combinations(FLAGS, 2)), frozenset(FLAGS)]


def viewer(account_type: AccountType, *roles: Role) -> Viewer:
    identity = replace(NOBODY, account_type=account_type)
    return Viewer(identity, "me", tenant_roles=frozenset(roles))


@pytest.mark.parametrize("account_type", AccountType)
@pytest.mark.parametrize("role", Role)
def test_flags_say_what_the_viewer_says(account_type: AccountType, role: Role) -> None:
    asked = viewer(account_type, role)
    facts = boundaries.facts(asked)
    for flag, action in floor._FLAGS.items():
        expected = asked.enters_all if action is Action.ENTER_EVERY_WORKSPACE else asked.everywhere(action)
        assert facts[flag] is expected
        assert (flag in facts.holding) is expected


def test_facts_are_worked_out_once_for_a_viewer_and_never_for_another_one() -> None:
    first = viewer(AccountType.WORK_SCHOOL, Role.GLOBAL_ADMIN)
    assert boundaries.facts(first) is boundaries.facts(first)
    other = first.if_admitted
    assert other.derived == {}
    assert boundaries.facts(other) is not boundaries.facts(first)


@pytest.mark.parametrize("holding", PAIRS, ids=lambda holding: ",".join(sorted(holding)) or "none")
@pytest.mark.parametrize("table", [t.Case, t.Customer, t.Entitlement, t.Workspace], ids=lambda table: table.__name__)
def test_a_text_asks_no_flag_and_never_forgets_the_tenant(holding: frozenset[str], table: type[t.Table]) -> None:
    text = Statement(select(table.id)).text(holding)  # type: ignore[attr-defined]  # these have an id
    assert not set(text.names) & set(FLAGS)
    assert floor.TENANT in text.names


def test_outside_of_statements_flags_stay_parameters() -> None:
    assert floor.flag("desk").key == "v_desk"


def test_a_flag_is_settled_to_what_holds_and_for_so_long() -> None:
    with floor.settled(frozenset({"v_desk"})):
        assert floor.flag("desk").compare(true())
        assert floor.flag("oversees").compare(false())
    assert floor.flag("desk").key == "v_desk"
