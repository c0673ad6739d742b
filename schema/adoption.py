"""Advice for partners whose customers make little of their licences, or ask a lot."""

from datetime import date
from decimal import Decimal

import strawberry

from resolvers.rules.adoption import Scenario
from schema.people import Tenant
from schema.words import ServiceCode
from schema.words.described import described

described(
    Scenario,
    "Why advice is given.",
    A="Licences were bought and are not used.",
    B="Licences are used, and people ask how.",
)


@strawberry.type(description="One scenario, as a partner reads it.")
class Advice:
    scenario: Scenario = strawberry.field(description="Which scenario.")
    problem: str = strawberry.field(description="What is observed.")
    consider: list[str] = strawberry.field(description="What may be behind it.")
    try_: list[str] = strawberry.field(name="try", description="What to try.")


@strawberry.type(description="How far one service is taken up.")
class ServiceAdoption:
    service: ServiceCode = strawberry.field(description="The service.")
    deployment_percent: Decimal | None = strawberry.field(
        description="Assigned / sold x 100; advice begins below `thresholds`. Null when nothing counts as sold."
    )
    usage_percent: Decimal | None = strawberry.field(
        description="Users of any workload in 28 days / qualified licences x 100; advice begins below `thresholds`. "
        "Null when nothing qualifies."
    )


@strawberry.type(description="Where advice begins in this installation.")
class AdoptionThresholds:
    usage: Decimal = strawberry.field(name="usagePercent", description="A: less than this is used.")
    deployment: Decimal = strawberry.field(name="deploymentPercent", description="A: or less than this is assigned.")
    cases: int = strawberry.field(description="B: at least so many support requests in 90 days.")
    questions: Decimal = strawberry.field(name="questionsPercent", description="B: of which so much are questions.")


@strawberry.type(description="What was looked at for one customer, and the advice that follows from it.")
class AdoptionAdvice:
    customer: Tenant = strawberry.field(description="The customer.")
    as_of: date = strawberry.field(description="The last day that was looked at.")
    services: list[ServiceAdoption] = strawberry.field(description="Each service that was bought.")
    cases: int = strawberry.field(description="Support requests of the customer in 90 days: their number only.")
    questions: int = strawberry.field(
        description="Of these, questions. Advice begins where they are many, see `thresholds`."
    )
    thresholds: AdoptionThresholds = strawberry.field(description="Where advice begins: by default as in D-40.")
    advice: list[Advice] = strawberry.field(description="Scenarios that fit, A before B; empty when all is well.")
