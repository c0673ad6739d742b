"""Where routing sends a case: the first rule that is true (2.5, 5.8; CS-10, CS-53, AE-85)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resolvers.rules.conditions import Condition, holds
from resolvers.rules.refused import Refused
from tenancy.words import CaseState


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the active set: a condition and exactly one target."""

    id: str
    position: int
    condition: Condition
    queue_id: str | None = None
    assignee_id: str | None = None
    name: str = ""


def route(
    state: CaseState, route_case: bool, rules: Iterable[Rule] | None, facts: Mapping[str, Any]
) -> Rule | Refused | None:
    """The rule that takes the case, None when it stays where it is. `rules` None: the tenant has no active set.

    A case with `route_case` off is kept away from routing, whether there is a set or not.
    """
    if state is not CaseState.ACTIVE:
        return Refused("CASE_NOT_ACTIVE", "CS-53", "case_id")
    if not route_case:
        return None
    if rules is None:
        return Refused("NO_ACTIVE_RULE_SET", "CS-10")
    in_order = sorted(rules, key=lambda rule: rule.position)
    return next((rule for rule in in_order if holds(rule.condition, facts)), None)
