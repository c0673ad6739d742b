"""Rule sets, their rules, and their conditions (2.5, CS-10)."""

from typing import Annotated

import strawberry

from resolvers import routing_rules as work
from resolvers.batch import Level, Parents, batched
from resolvers.fields import identified, named_by, related
from resolvers.loaders import Relation
from schema.node import Node, StandsIn
from schema.people import User
from schema.queue import Queue
from schema.words.queues import RuleSetState
from schema.words.routing import CaseField, Operator
from tenancy import tables as t


@strawberry.type(description="A condition on a case: one comparison, or others that are joined by `all` or `any`.")
class CaseCondition(StandsIn):
    all: list[Annotated["CaseCondition", strawberry.lazy("schema.routing")]] | None = strawberry.field(
        description="All of these must hold."
    )
    any: list[Annotated["CaseCondition", strawberry.lazy("schema.routing")]] | None = strawberry.field(
        description="At least one of these must hold."
    )
    field: CaseField | None = strawberry.field(description="What is compared.")
    operator: Operator | None = strawberry.field(description="How.")
    values: list[str] | None = strawberry.field(
        description="With what: words, text, true or false, or global ids; several for IN and NOT_IN."
    )


@strawberry.type(description="A rule: which cases it takes, and where they go.")
class RoutingRule(StandsIn):
    id: strawberry.ID = identified("RoutingRule")
    position: int = strawberry.field(description="Its place; rules are tried from 1 on, and the first that holds wins.")
    name: str = strawberry.field(description="Name.")
    condition: CaseCondition = strawberry.field(description="Which cases it takes.")
    queue: Queue | None = named_by(
        Relation("queue_id", t.Queue), description="The queue that they go to, if it is one."
    )
    assignee: User | None = named_by(
        Relation("assignee_id", t.User), description="The person who becomes their owner, if it is one."
    )


async def _rules(parents: Parents, info: Level) -> list[list[work.RoutingRule]]:
    return await work.rules_of(info.context, [row.id for row in parents])


@strawberry.type(description="Rules that are tried from top to bottom. One set is in force at a time.")
class RoutingRuleSet(StandsIn, Node):
    id: strawberry.ID = identified("RoutingRuleSet")
    name: str = strawberry.field(description="Name.")
    state: RuleSetState = strawberry.field(description="Whether it is in force.")
    owner: User | None = related(t.RoutingRuleSet.owner, description="Who may put it in force.")
    rules: list[RoutingRule] = batched(_rules, columns=("id",), description="Its rules, in their order.")
