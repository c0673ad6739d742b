"""Commands: one mutation field is one transaction, and what was read before it is forgotten (H-4, style 12, 16)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from inspect import Parameter, signature
from random import uniform
from typing import Annotated, Any, TypeVar, get_args

from strawberry.types.arguments import StrawberryArgumentAnnotation

from resolvers.arguments import Input, Plan
from resolvers.batch import Level, Parents, batched
from resolvers.context import Context
from resolvers.mailing import Letter
from tenancy.changes import Change, Touched
from tenancy.errors import CODES, BusinessRefusal, Forbidden, Unavailable, camel
from tenancy.failures import LostRace, Taken
from tenancy.rates import Policy
from tenancy.words import AccountType

TRIES = 4
"""How often a command is run when the database breaks a tie against it (40001, 40P01)."""


@dataclass(frozen=True)
class Complaint:
    """One entry of `userErrors`."""

    code: str
    field: str | None
    rule: str | None
    message: str
    next_step: str
    count: int | None = None


@dataclass(frozen=True)
class Payload:
    """What every mutation answers; `touched` are the rows that it wrote, or would write when it was only planned.

    `letters` are handed to the sender after the commit, and never told to the client.
    """

    user_errors: tuple[Complaint, ...] = ()
    planned: bool = False
    touched: tuple[Touched, ...] = ()
    letters: tuple[Letter, ...] = field(default=(), repr=False)


P = TypeVar("P", bound=Payload)


def command(
    verb: Callable[..., Awaitable[Payload]],
    *,
    description: str,
    limit: Policy | None = None,
    applications: bool = False,
) -> Any:
    """A mutation field: run one verb in a transaction of its own, then open a new moment for its payload.

    `verb(change, **arguments)` answers a payload; a business refusal becomes one of the same type, as the verb's return
    annotation has it, with `userErrors` and nothing else.
    A verb with a parameter `house` is given the house: it is no argument of the field.
    With `limit` each call takes a point of the caller's bucket first.
    Applications are turned away unless the command is theirs (D-30).
    Every mutation also takes `plan`: true runs the same code and keeps nothing of it.
    """

    parameters, refused = signature(verb).parameters, signature(verb).return_annotation

    @wraps(verb)
    async def resolve(parents: Parents, info: Level, plan: bool = False, **arguments: Any) -> list[Payload]:  # noqa: ARG001  one root
        if limit is not None:
            # Before the transaction: whoever waits for points must not hold a connection meanwhile.
            await info.context.close()
            await info.context.house.rates.take(limit, info.context.identity.key)
        shared = {"house": info.context.house} if "house" in parameters else {}

        async def done(change: Change) -> Payload:
            if not applications and change.viewer.account_type is AccountType.APPLICATION:
                raise Forbidden(rule="D-30")
            return await verb(change, **shared, **arguments)

        return [await run(info.context, done, refused, plan)]

    _, *given = (_told(each) for name, each in parameters.items() if name != "house")
    asked = [
        Parameter("parents", Parameter.POSITIONAL_OR_KEYWORD, annotation=Parents),
        Parameter("info", Parameter.POSITIONAL_OR_KEYWORD, annotation=Level),
    ]
    planned = Parameter("plan", Parameter.KEYWORD_ONLY, annotation=Plan, default=False)
    resolve.__signature__ = signature(verb).replace(parameters=[*asked, *given, planned])  # type: ignore[attr-defined]  # Strawberry reads arguments from it
    return batched(resolve, description=description)


def _told(parameter: Parameter) -> Parameter:
    """The parameter as an argument: `input`, which every command has, is described here for all of them."""
    told = any(isinstance(each, StrawberryArgumentAnnotation) for each in get_args(parameter.annotation))
    if parameter.name != "input" or told:
        return parameter
    return parameter.replace(annotation=Annotated[parameter.annotation, Input])


async def run(context: Context, verb: Callable[[Change], Awaitable[P]], refused: type[P], plan: bool = False) -> P:
    """The payload of the command; afterwards the context reads a new moment, or, planned, what would have been."""
    await context.close()
    try:
        if plan:
            return await _planned(context, verb)
        payload = await _tried(context, verb)
    except BusinessRefusal as refusal:
        await context.close()
        payload = refused(user_errors=(complaint(refusal),), planned=plan)
    await context.open()
    return payload


async def _planned(context: Context, verb: Callable[[Change], Awaitable[P]]) -> P:
    change = await context.plan()
    try:
        payload = await _done(change, verb)
        await change.seal()
    except Taken:
        raise BusinessRefusal("CONFLICT") from None
    except LostRace:
        raise Unavailable() from None
    return replace(payload, planned=True)


async def _tried(context: Context, verb: Callable[[Change], Awaitable[P]]) -> P:
    for turn in range(1, TRIES + 1):
        try:
            async with context.house.doors.changing(context.identity, context.wanted_tenant) as change:
                before = change.viewer.tenant_id
                payload = await _done(change, verb)
            if change.viewer.tenant_id != before:
                # Whoever came into a tenant by the command reads its answer there.
                context.wanted_tenant = change.viewer.tenant_id
            context.house.sender.take(payload.letters)
            return payload
        except LostRace:
            if turn == TRIES:
                raise Unavailable() from None
            await asyncio.sleep(uniform(0, 0.01 * 2**turn))
        except Taken:
            raise BusinessRefusal("CONFLICT") from None
    raise AssertionError("The last turn returns or raises.")


async def _done(change: Change, verb: Callable[[Change], Awaitable[P]]) -> P:
    payload = await verb(change)
    return replace(payload, touched=change.touched)


def complaint(refusal: BusinessRefusal) -> Complaint:
    """A refusal as data: constant text, the input field as clients spell it, and how many things are in the way."""
    return Complaint(
        refusal.code,
        None if refusal.field is None else camel(refusal.field),
        refusal.rule,
        refusal.message,
        CODES[refusal.code].next_step,
        (refusal.details or {}).get("count"),
    )
