"""The queue of webhooks, across tenants: from the outbox to messages, and from messages to what became of them.

Events of a tenant are numbered in the order in which they can be seen, so a webhook remembers one place and misses
nothing. A process takes one webhook at a time with SKIP LOCKED and holds it by a lease; while it does, nobody else
sends for it. Each step names the lease and the attempt, so that a process which was only slow finds that the message is
no longer its own. Leases are told by the database's clock, all other times by that of the house.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tenancy.database import Database, Row
from tenancy.identity import Identity, stored_identity
from tenancy.importing.portfolio import CUSTOMER, PORTFOLIO
from tenancy.words import EXPORT_TOPICS, DeliveryFault, DeliveryState, ExportState, WebhookReason, WebhookTopic

LEASE_SECONDS: Final = 60
"""Longer than the longest attempt."""

KEPT_DAYS: Final = 30
"""How long a message that has ended can be looked at, and sent again."""

_AT_ONCE: Final = 1_000

_TOPIC: Final = f"""case e.topic
  when '{PORTFOLIO}' then '{WebhookTopic.PORTFOLIO_LOADED}'
  when '{CUSTOMER}' then '{WebhookTopic.CUSTOMER_LOADED}'
  when 'export' then case e.payload ->> 'change'
    when '{ExportState.DONE}' then '{WebhookTopic.EXPORT_DONE}'
    when '{ExportState.FAILED}' then '{WebhookTopic.EXPORT_FAILED}' end
end"""
"""An event's topic as webhooks have it; null for what they do not tell."""

_OWN: Final = f"""(news.topic not in ({", ".join(f"'{each}'" for each in sorted(EXPORT_TOPICS))}) or exists (
    select from app.export_job j
    where j.tenant_id = hook.tenant_id and j.id = news.subject_id and j.user_id = hook.application_id))"""
"""An export is its starter's alone."""

_POUR: Final = f"""
with hook as (
  select tenant_id, id, application_id, topics, position, sequence from app.webhook w
  where state = 'ACTIVE'
    and exists (select from app.outbox_event e where e.tenant_id = w.tenant_id and e.id > w.position)
  limit 1 for update skip locked
), news as (
  select e.id, {_TOPIC} as topic, nullif(e.subject_id, e.tenant_id) as subject_id, e.created_at
  from hook, lateral (
    select * from app.outbox_event e where e.tenant_id = hook.tenant_id and e.id > hook.position
    order by e.id limit {_AT_ONCE}) e
), told as (
  insert into app.webhook_delivery
    (tenant_id, webhook_id, sequence, outbox_id, topic, subject_id, occurred_at, state, due_at)
  select hook.tenant_id, hook.id, hook.sequence + row_number() over (order by news.id), news.id, news.topic,
    news.subject_id, news.created_at, 'WAITING', $1
  from news, hook where news.topic = any (hook.topics) and {_OWN}
  returning sequence
)
update app.webhook w
set position = coalesce((select max(id) from news), w.position), sequence = w.sequence + (select count(*) from told)
from hook where w.tenant_id = hook.tenant_id and w.id = hook.id
returning 1
"""
_HOLD: Final = f"""
with free as (
  select tenant_id, id from app.webhook w
  where state = 'ACTIVE' and (busy_until is null or busy_until < clock_timestamp()) and exists (
    select from app.webhook_delivery d
    where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.state = 'WAITING' and d.due_at <= $1)
  order by busy_until nulls first limit 1 for update skip locked)
update app.webhook w set busy_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
from free, app.app_user u
where w.tenant_id = free.tenant_id and w.id = free.id and u.id = w.application_id
returning w.tenant_id, w.id as webhook_id, w.url, w.document, w.secret, w.previous_secret, w.previous_until,
  w.failing_since, w.busy_until, u.tid, u.oid, u.account_type, u.is_guest, u.display_name, u.email
"""
_TAKE: Final = """
update app.webhook_delivery set attempts = attempts + 1, attempted_at = $3
where tenant_id = $1 and id = (
  select id from app.webhook_delivery
  where tenant_id = $1 and webhook_id = $2 and state = 'WAITING' and due_at <= $3
  order by due_at, sequence limit 1)
returning id, sequence, topic, is_test, subject_id, occurred_at, attempts
"""
_TELL: Final = """
update app.webhook_delivery set state = $4, due_at = $5, ended_at = $6, status = $7, fault = $8
where tenant_id = $1 and id = $2 and attempts = $3 and state = 'WAITING'
"""
_LET_GO: Final = """
update app.webhook set busy_until = null, failing_since = $4
where tenant_id = $1 and id = $2 and busy_until = $3
"""
_GIVE_BACK: Final = """
update app.webhook_delivery set attempts = attempts - 1
where tenant_id = $1 and id = $2 and attempts = $3 and state = 'WAITING'
"""
_STOP: Final = """
update app.webhook set state = 'DISABLED', reason = $3, changed_at = $4, version = version + 1
where tenant_id = $1 and id = $2 and state = 'ACTIVE'
"""
_STANDING: Final = """
with hooks as (select tenant_id, id, state from app.webhook)
select count(*) filter (where state = 'ACTIVE') as active, count(*) filter (where state = 'DISABLED') as stopped,
  due.waiting, due.oldest
from (
  select count(*) as waiting, min(d.due_at) as oldest
  from app.webhook_delivery d join hooks h on h.tenant_id = d.tenant_id and h.id = d.webhook_id
  where d.state = 'WAITING' and h.state = 'ACTIVE') due
left join hooks on true group by due.waiting, due.oldest
"""
_FORGET: Final = f"""
delete from app.webhook_delivery where ended_at < $1::timestamptz - interval '{KEPT_DAYS} days'
"""


@dataclass(frozen=True)
class Sending:
    """A message that this process may send now, and whose it is; secrets are sealed."""

    tenant_id: str
    webhook_id: str
    id: str
    url: str
    document: str | None
    secret: str
    previous_secret: str | None
    previous_until: datetime | None
    failing_since: datetime | None
    busy_until: datetime
    sequence: int
    topic: WebhookTopic
    is_test: bool
    subject_id: str | None
    occurred_at: datetime
    attempt: int
    identity: Identity

    @property
    def webhook(self) -> tuple[str, str]:
        return self.tenant_id, self.webhook_id

    @property
    def key(self) -> tuple[str, str, int]:
        return self.tenant_id, self.id, self.attempt


@dataclass(frozen=True)
class Ending:
    """What an attempt came to: the message's new state, when it is tried again if it waits, and why."""

    state: DeliveryState
    due_at: datetime | None = None
    status: int | None = None
    fault: DeliveryFault | None = None


@dataclass(frozen=True)
class Standing:
    """How the queue stands, over all tenants: webhooks that send and that the house has stopped, messages that those
    which send have yet to send, and when the first of these is due."""

    active: int = 0
    stopped: int = 0
    waiting: int = 0
    oldest: datetime | None = None


class WebhookQueue:
    """The queue, as the processes that send see it: a named job of gw_system."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pour(self, now: datetime) -> bool:
        """Make messages of what is new for one webhook; False when nothing is, for none that is free."""
        return bool(await self._run(_POUR, now))

    async def take(self, now: datetime) -> Sending | None:
        """The oldest due message of a webhook for which nobody sends now, if any."""
        async with self._database.system() as connection, connection.transaction():
            held: list[Row] = await connection.fetch(_HOLD, now)
            if not held:
                return None
            (hook,) = held
            taken: list[Row] = await connection.fetch(_TAKE, hook["tenant_id"], hook["webhook_id"], now)
            # Somebody may have taken the message back between the two statements; the lease ends with the rollback.
            return _sending(hook, taken[0]) if taken else None

    async def tell(self, sending: Sending, ending: Ending, now: datetime, failing_since: datetime | None) -> None:
        """What became of it; the webhook is free again."""
        ended = None if ending.state is DeliveryState.WAITING else now
        told = (ending.state, ending.due_at, ended, ending.status, ending.fault)
        async with self._database.system() as connection, connection.transaction():
            await connection.execute(_TELL, *sending.key, *told)
            await connection.execute(_LET_GO, *sending.webhook, sending.busy_until, failing_since)

    async def give_back(self, sending: Sending) -> None:
        """Somebody else may send it at once; this attempt does not count."""
        async with self._database.system() as connection, connection.transaction():
            await connection.execute(_GIVE_BACK, *sending.key)
            await connection.execute(_LET_GO, *sending.webhook, sending.busy_until, sending.failing_since)

    async def stop(self, sending: Sending, reason: WebhookReason, now: datetime) -> None:
        """Send nothing more for this webhook, until somebody says so."""
        await self._run(_STOP, *sending.webhook, reason, now)

    async def standing(self) -> Standing:
        """For whoever watches the process."""
        (row,) = await self._run(_STANDING)
        return Standing(row["active"], row["stopped"], row["waiting"], row["oldest"])

    async def forget(self, now: datetime) -> None:
        """Remove messages that ended long ago."""
        await self._run(_FORGET, now)

    async def _run(self, sql: str, *arguments: Any) -> list[Row]:
        async with self._database.system() as connection:
            return await connection.fetch(sql, *arguments)


def _sending(hook: Row, taken: Row) -> Sending:
    same = ("tenant_id", "webhook_id", "url", "document", "secret", "previous_secret", "previous_until")
    return Sending(
        **{name: hook[name] for name in (*same, "failing_since", "busy_until")},
        **{name: taken[name] for name in ("id", "sequence", "is_test", "subject_id", "occurred_at")},
        topic=WebhookTopic(taken["topic"]),
        attempt=taken["attempts"],
        identity=stored_identity(hook),
    )
