"""Routing: cases go where the first rule that is true of them sends them (2.5, 5.8; CS-10, CS-53, AE-85)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import or_, select

from resolvers.case_holding import Facts, hold_all
from resolvers.case_keeping import Edit, keep
from resolvers.case_updating import update_case
from resolvers.queue_places import Item, active_items, place
from resolvers.refusals import granted
from resolvers.rules.case_states import current
from resolvers.rules.conditions import parse
from resolvers.rules.refused import Refused
from resolvers.rules.routing import Rule, route
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import CaseState, QueueState, RuleSetState

MOST_CASES: Final = 50

_ACTIVE_SET = Statement(
    select(t.RoutingRuleSet.id).where(t.RoutingRuleSet.state == RuleSetState.ACTIVE), reach=Reach.TENANT
)

# A queue that was closed since the rule was written takes nothing, and so its rule takes no case.
_RULES = Statement(
    select(
        t.RoutingRule.id,
        t.RoutingRule.position,
        t.RoutingRule.name,
        t.RoutingRule.condition,
        t.RoutingRule.queue_id,
        t.RoutingRule.assignee_id,
    )
    .join(t.RoutingRule.rule_set)
    .outerjoin(t.RoutingRule.queue)
    .where(
        t.RoutingRuleSet.state == RuleSetState.ACTIVE,
        or_(t.RoutingRule.assignee_id.is_not(None), t.Queue.state == QueueState.ACTIVE),
    )
    .order_by(t.RoutingRule.position),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Routed:
    """A case, and the name of the rule that took it; none, and it stays where it is."""

    case_id: str
    rule: str | None


async def save_and_route(
    change: Change, case_id: str, version: int | None, patch: Mapping[str, Any] | None
) -> list[Routed]:
    """Save what was said about the case, if anything, and send it on by the rules (CS-53)."""
    if patch:
        if version is None:
            raise BadInput(field="version", rule="C-08")
        await update_case(change, case_id, version, patch)
        version = None
    return await route_cases(change, {"case_id": [case_id]}, version)


async def route_cases(change: Change, named: Mapping[str, Sequence[str]], version: int | None = None) -> list[Routed]:
    """Send these cases on by the rules in force: all of them, or none (CS-10)."""
    require(change.viewer, Action.WORK_CASES, rule="CS-10")
    held = await hold_all(change, named, rule="CS-10")
    if version is not None:
        granted(next(filter(None, (current(case["version"], version) for case in held.values())), None))
    rules = await _rules(change)
    found = [(case, _rule(case, rules)) for case in held.values()]
    items = await active_items(change, [case["id"] for case, rule in found if rule])
    for case, rule in found:
        if rule is not None:
            await _send(change, case, rule, items.get(case["id"]))
    return [Routed(case["id"], rule.name if rule else None) for case, rule in found]


async def _rules(change: Change) -> list[Rule] | None:
    """The rules in force, by position; None without a set in force."""
    if await change.row(_ACTIVE_SET) is None:
        return None
    return [_read(row) for row in await change.rows(_RULES)]


def _read(row: Any) -> Rule:
    condition = parse(orjson.loads(row["condition"]))
    assert not isinstance(condition, Refused), "Conditions are checked when they are written."
    return Rule(row["id"], row["position"], condition, row["queue_id"], row["assignee_id"], row["name"])


def _rule(case: Facts, rules: Sequence[Rule] | None) -> Rule | None:
    found = granted(route(CaseState(case["state"]), case["route_case"], rules, case))
    assert not isinstance(found, Refused)
    return found


async def _send(change: Change, case: Facts, rule: Rule, item: Item | None) -> None:
    change.audit("ROUTE_CASE", "Case", case["id"], rule=rule.id)
    if rule.queue_id is not None:
        await place(change, case, rule.queue_id, item)
    elif rule.assignee_id is not None and rule.assignee_id != case["owner_id"]:
        await keep(change, [Edit(case, {"owner_id": rule.assignee_id})])
