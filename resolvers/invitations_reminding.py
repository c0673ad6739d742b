"""Calling open invitations to mind: each reminder is held in its row, sent, and then written down (2.1, H-10).

Nothing waits in memory. A process holds one reminder for LEASE by writing so into the row, sends it outside of any
transaction, and writes what came of it. What a killed process held falls due again; a reminder that nobody takes is
tried MOST_TRIES times, and given up for the next one of its plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.types import DateTime

from resolvers.loaders import KEYS
from resolvers.mailing import Reminder
from resolvers.rules.reminders import MOST_TRIES, pause, planned
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.doors import Doors
from tenancy.statements import Reach, Statement
from tenancy.words import InvitationStatus

LEASE: Final = timedelta(minutes=2)
"""Longer than the longest attempt (`gateway.reminding`)."""

_I = t.Invitation
_DUE = Statement(
    select(
        *(_I.id, _I.workspace_id, _I.email, _I.expires_at, _I.reminder_tries, _I.reminders_sent),
        t.Workspace.name.label("workspace"),
    )
    .join(_I.workspace)
    .where(_I.status == InvitationStatus.PENDING, _I.remind_at <= bindparam("now", type_=DateTime(timezone=True)))
    .order_by(_I.remind_at, _I.id)
    .limit(1)
    .with_for_update(of=_I, skip_locked=True),
    reach=Reach.TENANT,
)
_HELD = Statement(
    select(_I.workspace_id, _I.status, _I.expires_at, _I.remind_at, _I.reminder_tries, _I.reminders_sent)
    .where(_I.id == KEYS)
    .with_for_update(),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Held:
    """One reminder that this process may send until `until`; `tries` counts this attempt."""

    tenant_id: str
    id: str
    until: datetime
    tries: int
    reminder: Reminder


async def hold(doors: Doors, tenant_id: str, days: Iterable[int]) -> Held | None:
    """The reminder of this tenant that is due first, if any is that nobody holds."""
    async with doors.working(tenant_id) as change:
        while row := await change.row(_DUE, now=change.now):
            if row["expires_at"] <= change.now or row["reminder_tries"] >= MOST_TRIES:
                # Nobody can use it any more; or whoever sent it was killed each time.
                await change.alter(_I, row["id"], _next(row, days, change.now))
                continue
            held = Held(tenant_id, row["id"], change.now + LEASE, row["reminder_tries"] + 1, _reminder(row))
            await change.alter(_I, held.id, {"remind_at": held.until, "reminder_tries": held.tries})
            return held
    return None


async def sent(doors: Doors, held: Held, days: Iterable[int]) -> None:
    """It went out: counted and dated whatever became of the invitation meanwhile, and the next one planned."""
    async with doors.working(held.tenant_id) as change:
        row = await change.one(_HELD, keys=[held.id])
        known: dict[str, Any] = {"reminders_sent": row["reminders_sent"] + 1, "last_reminded_at": change.now}
        following = _next(row, days, change.now) if _is_ours(row, held) else {}
        await change.alter(_I, held.id, {**known, **following})
        _tell(change, "REMIND_INVITATION", held, row)


async def failed(doors: Doors, held: Held, days: Iterable[int]) -> None:
    """Nobody took it: it is tried again later, or given up for the next one."""
    async with doors.working(held.tenant_id) as change:
        row = await change.one(_HELD, keys=[held.id])
        if not _is_ours(row, held):
            return
        wait = pause(held.tries)
        if wait is not None:
            await change.alter(_I, held.id, {"remind_at": change.now + wait})
            return
        await change.alter(_I, held.id, _next(row, days, change.now))
        _tell(change, "GIVE_UP_REMINDER", held, row)


def _reminder(row: Row) -> Reminder:
    """Its mark names the invitation, its link's life and the number of the reminder, and so not the attempt."""
    named = f"{row['id']} {row['expires_at'].isoformat()} {row['reminders_sent'] + 1}"
    return Reminder(row["email"], row["workspace"], row["expires_at"], sha256(named.encode()).hexdigest()[:24])


def _next(row: Row, days: Iterable[int], now: datetime) -> dict[str, Any]:
    return {"remind_at": planned(row["expires_at"], days, now), "reminder_tries": 0}


def _is_ours(row: Row, held: Held) -> bool:
    """Whether nobody has sent the link again, or taken the reminder over from a process that was too slow."""
    return bool(row["remind_at"] == held.until and row["reminder_tries"] == held.tries)


def _tell(change: Change, act: str, held: Held, row: Row) -> None:
    change.audit(act, "Invitation", held.id, workspace=row["workspace_id"], tries=held.tries)
    # A topic of its own: who comes into the workspace has not changed, so nobody's rights are asked for anew.
    change.publish("reminder", held.id, row["workspace_id"], change=act)
