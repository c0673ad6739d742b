"""Drawing up rule sets, and routing cases by them (2.5, CS-10, CS-53)."""

from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from resolvers import ids, routing
from resolvers import routing_rules as work
from resolvers.commands import Payload as Answered
from resolvers.fields import named_by
from resolvers.loaders import Relation
from resolvers.once import once
from resolvers.routing_conditions import written
from schema.case import Case
from schema.case_answer import case_of, cases_of
from schema.case_patch import CasePatch
from schema.keyed import KEY, asked, once_id
from schema.node import StandsIn
from schema.payload import Payload
from schema.routing import RoutingRuleSet
from schema.words.routing import CaseField, Operator
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput


@strawberry.input(
    description="A condition on a case: one comparison (field, operator, values), or others joined by `all` or `any`."
)
class CaseConditionInput:
    all: list[Annotated["CaseConditionInput", strawberry.lazy("schema.routing_input")]] | None = strawberry.field(
        default=None, description="All of these must hold: 1 to 50, four levels deep at most."
    )
    any: list[Annotated["CaseConditionInput", strawberry.lazy("schema.routing_input")]] | None = strawberry.field(
        default=None, description="At least one of these must hold."
    )
    field: CaseField | None = strawberry.field(default=None, description="What is compared.")
    operator: Operator | None = strawberry.field(default=None, description="How.")
    values: list[str] | None = strawberry.field(
        default=None,
        description="With what: one word, text, true or false, or global id; 1 to 50 of them for IN and NOT_IN.",
    )


@strawberry.input(description="A rule: which cases it takes, and where they go: to one queue, or to one person.")
class RoutingRuleInput:
    name: str = strawberry.field(description="Name, 1 to 200 characters.")
    condition: CaseConditionInput = strawberry.field(description="Which cases it takes.")
    queue_id: strawberry.ID | None = strawberry.field(default=None, description="A queue that takes cases.")
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description="Their new owner.")


@strawberry.input(description="A rule set, as a whole.")
class SaveRoutingRuleSetInput:
    idempotency_key: str = strawberry.field(description=KEY)
    rule_set_id: strawberry.ID | None = strawberry.field(
        default=None, description="The draft to change; without it a new one is drawn up."
    )
    name: str = strawberry.field(description="Name, 1 to 200 characters.")
    rules: list[RoutingRuleInput] = strawberry.field(
        description="1 to 50 rules in the order in which they are tried; those of before are gone."
    )


@strawberry.input(description="A rule set.")
class RoutingRuleSetInput:
    rule_set_id: strawberry.ID = strawberry.field(description="The rule set.")


@strawberry.input(description="A case to save, and to send on.")
class SaveAndRouteInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_id: strawberry.ID = strawberry.field(description="The active case.")
    version: int | None = strawberry.field(
        default=None, description="The version that the client has read; needed for a patch."
    )
    patch: CasePatch | None = strawberry.field(default=None, description="What is saved first.")


@strawberry.input(description="Cases to send on.")
class ApplyRoutingRuleInput:
    idempotency_key: str = strawberry.field(description=KEY)
    case_ids: list[strawberry.ID] = strawberry.field(description="1 to 50 active cases.")


@dataclass(frozen=True)
class RuleSetAnswered(Answered):
    """The id of the rule set, if the command did its work."""

    rule_set_id: str | None = None


@dataclass(frozen=True)
class Sent:
    """A case, and the name of the rule that took it."""

    case_id: str
    rule: str | None


@dataclass(frozen=True)
class RoutingAnswered(Answered):
    """What became of each case."""

    routed: tuple[Sent, ...] = ()


@strawberry.type(description="The rule set, or why nothing was done to it.")
class RoutingRuleSetPayload(Payload):
    rule_set: RoutingRuleSet | None = named_by(
        Relation("rule_set_id", t.RoutingRuleSet), description="The rule set, read after the command."
    )


@strawberry.type(description="What routing did with a case.")
class RoutedCase(StandsIn):
    case: Case | None = named_by(Relation("case_id", t.Case), description="The case, read after the command.")
    rule: str | None = strawberry.field(
        description="The name of the rule that took it; null when none did, or the case is kept away from routing."
    )


@strawberry.type(description="What became of the cases, or why none was sent on.")
class RoutingPayload(Payload):
    routed: list[RoutedCase] = strawberry.field(description="Each case once.")


async def save_rule_set(change: Change, input: SaveRoutingRuleSetInput) -> RuleSetAnswered:
    given = input.rule_set_id
    rule_set_id = None if given is None else ids.of("RoutingRuleSet", given, field="rule_set_id")

    async def save() -> str:
        await work.hold_rule_set(change, rule_set_id)
        rules = [_rule(rule, f"rules[{place}]") for place, rule in enumerate(input.rules)]
        return await work.save_rule_set(change, rule_set_id, input.name, rules)

    return RuleSetAnswered(rule_set_id=await once_id(change, "saveRoutingRuleSet", input, save))


async def activate_rule_set(change: Change, input: RoutingRuleSetInput) -> RuleSetAnswered:
    id = ids.of("RoutingRuleSet", input.rule_set_id, field="rule_set_id")
    await work.activate_rule_set(change, id)
    return RuleSetAnswered(rule_set_id=id)


async def save_and_route(change: Change, input: SaveAndRouteInput) -> RoutingAnswered:
    case_id, patch = case_of(input.case_id), input.patch.given() if input.patch else None
    return await _routed(
        change, "saveAndRoute", input, lambda: routing.save_and_route(change, case_id, input.version, patch)
    )


async def apply_routing_rule(change: Change, input: ApplyRoutingRuleInput) -> RoutingAnswered:
    case_ids = cases_of(input.case_ids, "case_ids")
    if not 1 <= len(case_ids) <= routing.MOST_CASES:
        raise BadInput(field="case_ids", rule="CS-10", details={"minimum": 1, "maximum": routing.MOST_CASES})
    return await _routed(change, "applyRoutingRule", input, lambda: routing.route_cases(change, {"case_ids": case_ids}))


async def _routed(change: Change, mutation: str, input: Any, effect: Any) -> RoutingAnswered:
    async def answered() -> dict[str, Any]:
        return {"routed": [[each.case_id, each.rule] for each in await effect()]}

    answer = await once(change, mutation, input.idempotency_key, asked(input), answered)
    return RoutingAnswered(routed=tuple(Sent(*each) for each in answer["routed"]))


def _rule(said: RoutingRuleInput, path: str) -> work.NewRule:
    queue, assignee = said.queue_id, said.assignee_id
    return work.NewRule(
        said.name,
        written(said.condition, f"{path}.condition"),
        None if queue is None else ids.of("Queue", queue, field=f"{path}.queueId"),
        None if assignee is None else ids.of("User", assignee, field=f"{path}.assigneeId"),
    )
