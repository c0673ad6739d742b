"""Subscriptions: one subject watched by one viewer, event by event, each with the rights of its own moment (5.5).

    async for row in watch(context, subject, after): ...

Each turn is a transaction of its own: the viewer is recognised anew, the right to the subject is asked for, and then
the next event is read from the outbox, all in one snapshot. So no event is told after the right has gone (W-11), and
none is lost or told twice: a place in the outbox is all that is remembered between two turns.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, Uuid, bindparam, func, select
from sqlalchemy.types import DateTime

from resolvers.context import Context
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import BadInput, BusinessRefusal, Forbidden, NotFound, Unavailable
from tenancy.follower import Event, Follower
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement
from tenancy.words import AccountType, RelationshipKind, Watched

PATIENCE: Final = 30
"""Seconds for which a subscription waits for a database that is away, before it ends as UNAVAILABLE."""

Found = TypeVar("Found")

_E = t.OutboxEvent
_AFTER = bindparam("after", type_=BigInteger)
COLUMNS = (_E.id, _E.topic, _E.subject_id, _E.workspace_id, _E.payload, _E.created_at)

_NEWEST = Statement(select(func.coalesce(func.max(_E.id), 0)), reach=Reach.TENANT)
_KEPT = Statement(select(_E.id).where(_E.id == _AFTER), reach=Reach.TENANT)

_R = t.PartnerRelationship
_LENT_UNTIL = Statement(
    select(func.min(_R.ends_at)).where(
        _R.tenant_id == bindparam("tenant", type_=Uuid(as_uuid=False)),
        _R.kind == RelationshipKind.DELEGATED,
        _R.ends_at > bindparam("now", type_=DateTime(timezone=True)),
    )
)


@dataclass(frozen=True)
class Subject:
    """What is watched. `seen` raises a refusal when the viewer may not (or no more), and gives `following` its values;
    `wants` tells of an event whether it may be one of them, without asking the database. Among the values are the
    `workspaces` that it is told about; their members' administrators may ask who listens there (A-03)."""

    name: Watched
    seen: Callable[[Context], Awaitable[Mapping[str, Any]]]
    following: Statement
    wants: Callable[[Event], bool]


def following(source: Select[Any], *conditions: ColumnElement[bool]) -> Statement:
    """The next event of a subject; events are ids, so rights are asked of what they name, and not of them."""
    return Statement(source.where(_E.id > _AFTER, *conditions).order_by(_E.id).limit(1), reach=Reach.TENANT)


async def watch(context: Context, subject: Subject, after: str | None) -> AsyncGenerator[Row, None]:
    """What `subject.following` finds behind `after`, or from now on. While an event is told, the context is open on the
    snapshot in which it was found; whoever takes the event closes it.

    Ends with what `seen` raises; what was seen once and is hidden now is FORBIDDEN rather than NOT_FOUND.
    """
    follower = await patiently(context, lambda: _begin(context, subject, after))
    await context.close()
    with context.house.relay.following(follower):
        while True:
            row = await patiently(context, lambda: _look(context, subject, follower))
            if row is None:
                await context.close()
                await follower.woken()
                continue
            yield row
            follower.position = row["id"]


async def patiently(context: Context, look: Callable[[], Awaitable[Found]]) -> Found:
    """What a look at the database finds, however long it takes to get one; PATIENCE bounds that."""
    for _ in range(PATIENCE):
        try:
            return await look()
        except Unavailable:
            await context.close()
            await asyncio.sleep(1)
    return await look()


async def latest_event_id(context: Context) -> str:
    """The place behind everything that this snapshot shows."""
    return event_id(context, await newest_event(context.scope))


async def newest_event(scope: Scope) -> int:
    """The number of the tenant's last event; 0 before the first."""
    return int(await scope.value(_NEWEST))


def event_id(context: Context, position: int) -> str:
    """A place in the viewer's stream of its tenant, sealed like a cursor (T-06)."""
    # Nothing has happened yet: only the moment tells later whether all that did is still there.
    place = [position] if position else [0, int(context.scope.now.timestamp())]
    return context.house.seal.close(place, _purpose(context))


async def _begin(context: Context, subject: Subject, after: str | None) -> Follower:
    """The first look: may the viewer watch this, and from where on. The tenant stays the one that was found."""
    # Where many come at once, after a restart, they queue for the gate and not for the pool, which others need.
    await context.open(context.house.relay.gate)
    if context.viewer.account_type is AccountType.APPLICATION:
        raise Forbidden(rule="D-30")
    values = await subject.seen(context)
    context.wanted_tenant = context.viewer.tenant_id
    return _follower(context, subject, values, await _position(context, after))


async def _position(context: Context, after: str | None) -> int:
    if after is None:
        return await newest_event(context.scope)
    position, *since = context.house.seal.open(after, _purpose(context))
    if await _cleared(context, position, *since):
        raise BadInput(field="after", rule="D-04", details={"resync": True})
    return int(position)


async def _cleared(context: Context, position: int, since: int = 0) -> bool:
    """Whether events behind this place may have been removed: going on would leave a gap that nobody sees."""
    if position:
        return await context.scope.row(_KEPT, after=position) is None
    return since < (context.scope.now - context.house.events_kept).timestamp()


def _follower(context: Context, subject: Subject, values: Mapping[str, Any], position: int) -> Follower:
    viewer = context.viewer
    return Follower(
        tenant=str(viewer.tenant_id),
        wants=subject.wants,
        user=viewer.user_id,
        also=frozenset(home.id for home in viewer.tenants),
        position=position,
        watched=subject.name,
        places=_places(values),
        begun_at=context.house.clock.now(),
    )


def _places(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(each for each in values["workspaces"] if each)


async def _look(context: Context, subject: Subject, follower: Follower) -> Row | None:
    """The next event, and the open context that it was found in; None when there is none yet."""
    follower.looking()
    try:
        await context.open(context.house.relay.gate)
        values = await subject.seen(context)
    except (NotFound, BusinessRefusal) as gone:
        raise Forbidden(rule=gone.rule) from None
    follower.places = _places(values)
    follower.until = await _until(context.scope)
    row = await context.scope.row(subject.following, after=follower.position, **values)
    if row is None:
        follower.found_nothing()
    return row


async def _until(scope: Scope) -> datetime | None:
    """When the first relationship ends that lends the viewer its roles here (3.5, T-17)."""
    home = scope.viewer.tenant
    if home is None or not home.delegated:
        return None
    ends: datetime | None = await scope.value(_LENT_UNTIL, tenant=home.id, now=scope.now)
    return ends


def _purpose(context: Context) -> list[Any]:
    viewer = context.viewer
    return ["events", viewer.tenant_id, viewer.identity.tid, viewer.identity.oid]
