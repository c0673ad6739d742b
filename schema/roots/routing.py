"""Rule sets, and routing by them (2.5, CS-10, CS-53)."""

import strawberry

from resolvers import routing_rules as work
from resolvers.arguments import After, First
from resolvers.batch import Level
from resolvers.commands import command
from resolvers.fields import question
from resolvers.pages import FIRST, Page, Request, Source
from schema import routing_input as said
from schema.page import Connection
from schema.routing import RoutingRuleSet
from schema.routing_input import RoutingPayload, RoutingRuleSetPayload


async def _rule_sets(info: Level, first: First = FIRST, after: After = None) -> Page:
    work.may_read(info.context)
    return await Source(info.context, work.RULE_SETS, Request(first, after)).page(info.selection)


@strawberry.type
class RoutingQueries:
    routing_rule_sets: Connection[RoutingRuleSet] | None = question(
        _rule_sets, description="Rule sets with their rules, by name; for the desk."
    )


@strawberry.type
class RoutingMutations:
    save_routing_rule_set: RoutingRuleSetPayload | None = command(
        said.save_rule_set, description="Draw up a rule set, or change a draft; for desk managers."
    )
    activate_routing_rule_set: RoutingRuleSetPayload | None = command(
        said.activate_rule_set,
        description="Put a rule set in force; the one before is a draft again. For desk managers, by its owner.",
    )
    save_and_route: RoutingPayload | None = command(
        said.save_and_route, description="Save an active case, and send it on by the rules in force."
    )
    apply_routing_rule: RoutingPayload | None = command(
        said.apply_routing_rule,
        description="Send existing active cases on by the rules in force: all of them, or none.",
    )
