import pytest

from resolvers.rules.conditions import Comparison, Operator
from resolvers.rules.refused import Refused
from resolvers.rules.routing import Rule, route
from tenancy.words import CaseState, Origin, Priority

MAIL = Rule("2", 2, Comparison("origin", Operator.EQ, "email"), queue_id="Mail")
TIER_2 = Rule("1", 1, Comparison("priority", Operator.EQ, "high"), queue_id="Tier 2")
RULES = [MAIL, TIER_2]
BOTH = {"priority": Priority.HIGH, "origin": Origin.EMAIL}


def test_ae_85_the_first_true_rule_wins_and_the_rest_is_skipped() -> None:
    assert route(CaseState.ACTIVE, True, RULES, BOTH) == TIER_2
    assert route(CaseState.ACTIVE, True, RULES, BOTH | {"priority": Priority.LOW}) == MAIL


def test_no_match_leaves_the_case_where_it_is() -> None:
    assert route(CaseState.ACTIVE, True, RULES, {}) is None
    assert route(CaseState.ACTIVE, True, [], BOTH) is None


def test_ae_85_a_case_kept_away_from_routing_is_not_moved() -> None:
    assert route(CaseState.ACTIVE, False, RULES, BOTH) is None
    assert route(CaseState.ACTIVE, False, None, BOTH) is None


def test_ae_85_without_an_active_set_routing_is_refused() -> None:
    assert route(CaseState.ACTIVE, True, None, BOTH) == Refused("NO_ACTIVE_RULE_SET", "CS-10")


@pytest.mark.parametrize("state", [CaseState.RESOLVED, CaseState.CANCELLED])
@pytest.mark.parametrize("rules", [RULES, None])
def test_ae_85_a_closed_case_is_not_routed(state: CaseState, rules: list[Rule] | None) -> None:
    refused = route(state, False, rules, BOTH)
    assert isinstance(refused, Refused)
    assert refused.code == "CASE_NOT_ACTIVE"
