"""Rule sets: drawn up, changed while they are drafts, and put in force one at a time (2.5, CS-10; RULE_SET_ACTIVE)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import select

from resolvers.case_facts import check_user
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from resolvers.routing_conditions import Said, check_named, said_path
from resolvers.routing_conditions import told as retold
from resolvers.rules.conditions import parse
from resolvers.rules.refused import Refused
from resolvers.texts import check_text
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import QueueState, RuleSetState

LONGEST_NAME: Final = 200
MOST_RULES: Final = 50

RULE_SETS = Listing("routingRuleSets", t.RoutingRuleSet, order=Order("name", (("name", False),)))

_LOCK = Statement(
    select(t.RoutingRuleSet.id, t.RoutingRuleSet.state, t.RoutingRuleSet.owner_id)
    .order_by(t.RoutingRuleSet.id)
    .with_for_update(of=t.RoutingRuleSet)
)
"""All of the tenant's: two that are put in force at once wait for each other (I-15)."""

_RULES = Statement(
    select(
        t.RoutingRule.id,
        t.RoutingRule.rule_set_id,
        t.RoutingRule.position,
        t.RoutingRule.name,
        t.RoutingRule.condition,
        t.RoutingRule.queue_id,
        t.RoutingRule.assignee_id,
    )
    .where(t.RoutingRule.rule_set_id == KEYS)
    .order_by(t.RoutingRule.rule_set_id, t.RoutingRule.position)
)
_QUEUE = Statement(select(t.Queue.state).where(t.Queue.id == KEYS))


@dataclass(frozen=True)
class NewRule:
    """One rule: a document of `rules.conditions`, and exactly one target."""

    name: str
    condition: Any
    queue_id: str | None = None
    assignee_id: str | None = None


@dataclass(frozen=True)
class RoutingRule:
    """A rule as the contract shows it."""

    id: str
    position: int
    name: str
    condition: Said
    queue_id: str | None
    assignee_id: str | None


def may_read(context: Context) -> None:
    """Rule sets are shown to the desk."""
    require(context.viewer, Action.WORK_CASES, rule="CS-10")


async def rules_of(context: Context, rule_set_ids: Sequence[str]) -> list[list[RoutingRule]]:
    """The rules of each set, in the order in which they are tried."""
    found: dict[str, list[RoutingRule]] = {id: [] for id in rule_set_ids}
    for row in await context.scope.rows(_RULES, keys=sorted(found)):
        found[row["rule_set_id"]].append(_shown(row))
    return [found[id] for id in rule_set_ids]


async def hold_rule_set(change: Change, rule_set_id: str | None) -> None:
    """May I, and is it there, and a draft; locked, until it is saved."""
    require(change.viewer, Action.MANAGE_ROUTING, rule="CS-10")
    if rule_set_id is not None:
        (await _lock(change, rule_set_id)).refuse_active()


async def save_rule_set(change: Change, rule_set_id: str | None, name: str, rules: Sequence[NewRule]) -> str:
    """Draw up a set, or change a draft that is held: its rules are replaced by these, in this order. Its id."""
    await _check(change, name, rules)
    if rule_set_id is None:
        values = {"name": name, "state": RuleSetState.DRAFT, "owner_id": change.viewer.user_id}
        rule_set_id = await change.add(t.RoutingRuleSet, values)
    else:
        await change.alter(t.RoutingRuleSet, rule_set_id, {"name": name})
        for row in await change.rows(_RULES, keys=[rule_set_id]):
            await change.remove(t.RoutingRule, {"id": row["id"]})
    for position, rule in enumerate(rules, start=1):
        await change.add(t.RoutingRule, {**vars(rule), "rule_set_id": rule_set_id, "position": position})
    change.audit("SAVE_RULE_SET", "RoutingRuleSet", rule_set_id, rules=len(rules))
    change.publish("routing", rule_set_id, change="SAVED")
    return rule_set_id


async def activate_rule_set(change: Change, rule_set_id: str) -> None:
    """Put a set in force; the one before is a draft again. By its owner only, as is its end (2.5)."""
    require(change.viewer, Action.MANAGE_ROUTING, rule="CS-10")
    wanted = await _lock(change, rule_set_id)
    if wanted.owner_id != change.viewer.user_id:
        raise Forbidden(field="rule_set_id", rule="CS-10")
    if wanted.is_active:
        return
    for id in wanted.active_ids:
        await change.alter(t.RoutingRuleSet, id, {"state": RuleSetState.DRAFT})
        change.publish("routing", id, change="DEACTIVATED")
    await change.alter(t.RoutingRuleSet, rule_set_id, {"state": RuleSetState.ACTIVE})
    change.audit("ACTIVATE_RULE_SET", "RoutingRuleSet", rule_set_id, instead_of=list(wanted.active_ids))
    change.publish("routing", rule_set_id, change="ACTIVATED")


@dataclass(frozen=True)
class _Locked:
    """One set among all of the tenant's, which are locked."""

    id: str
    owner_id: str
    active_ids: tuple[str, ...]

    @property
    def is_active(self) -> bool:
        return self.id in self.active_ids

    def refuse_active(self) -> None:
        if self.is_active:
            raise BusinessRefusal("RULE_SET_ACTIVE", field="rule_set_id", rule="CS-10")


async def _lock(change: Change, rule_set_id: str) -> _Locked:
    rows = {row["id"]: row for row in await change.rows(_LOCK)}
    if rule_set_id not in rows:
        raise NotFound(field="rule_set_id")
    active = tuple(id for id, row in rows.items() if row["state"] == RuleSetState.ACTIVE)
    return _Locked(rule_set_id, rows[rule_set_id]["owner_id"], active)


async def _check(change: Change, name: str, rules: Sequence[NewRule]) -> None:
    check_text("name", name, LONGEST_NAME, needed=True, rule="CS-10")
    if not 1 <= len(rules) <= MOST_RULES:
        raise BadInput(field="rules", rule="CS-10", details={"minimum": 1, "maximum": MOST_RULES})
    await check_named(change, [rule.condition for rule in rules], "rules")
    for place, rule in enumerate(rules):
        check_text(f"rules[{place}].name", rule.name, LONGEST_NAME, needed=True, rule="CS-10")
        _check_condition(rule.condition, f"rules[{place}].condition")
        await _check_target(change, rule, place)


def _check_condition(document: Any, path: str) -> None:
    """Where it is wrong is told in the words of the contract."""
    refused = parse(document, path)
    if isinstance(refused, Refused):
        raise BadInput(field=said_path(str(refused.field)), rule=refused.rule)


async def _check_target(change: Change, rule: NewRule, place: int) -> None:
    """A queue that takes cases, or a person: one of them."""
    if (rule.queue_id is None) is (rule.assignee_id is None):
        raise BadInput(field=f"rules[{place}].queueId", rule="CS-10")
    if rule.assignee_id is not None:
        await check_user(change, rule.assignee_id, f"rules[{place}].assigneeId")
    if rule.queue_id is not None:
        row = await change.row(_QUEUE, keys=[rule.queue_id])
        if row is None:
            raise NotFound(field=f"rules[{place}].queueId")
        if row["state"] != QueueState.ACTIVE:
            raise BadInput(field=f"rules[{place}].queueId", rule="CS-12")


def _shown(row: Any) -> RoutingRule:
    condition = retold(orjson.loads(row["condition"]))
    return RoutingRule(row["id"], row["position"], row["name"], condition, row["queue_id"], row["assignee_id"])
