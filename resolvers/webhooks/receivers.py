"""Receivers of an application: made, changed, given a new secret, removed (D-30, decision 0015).

The partner's administrators, who say which applications there are, say where their messages go: whoever has stolen a
token of an application names no receiver with it. The secret is told once, by the command that made it, and kept
sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_bytes
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select

from resolvers.applications import hold_grant
from resolvers.commands import Payload
from resolvers.context import House
from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.refusals import granted
from resolvers.rules.messages import fitting, listed_once
from resolvers.rules.signatures import SECRET_BYTES, spelled
from resolvers.texts import check_text
from resolvers.watching import newest_event
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import BadInput, BusinessRefusal, NotFound, Refusal
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement
from tenancy.viewer import require
from tenancy.words import WebhookState, WebhookTopic

LONGEST_NAME: Final = 200
LONGEST_DOCUMENT: Final = 16_000
MOST: Final = 20
"""Webhooks of one application."""

LONGEST_OVERLAP: Final = 168
"""Hours for which a replaced secret may go on signing."""

_W = t.Webhook
_HELD = Statement(
    select(_W.id, _W.version, _W.state, _W.secret, _W.topics, _W.document).where(_W.id == KEYS).with_for_update()
)
_COUNT = Statement(select(func.count()).select_from(_W).where(_W.application_id == KEYS), reach=Reach.TENANT)


@dataclass(frozen=True)
class WebhookChanged(Payload):
    """The webhook, and its secret where it was made just now."""

    webhook_id: str | None = None
    secret: str | None = field(default=None, repr=False)


async def create_webhook(
    change: Change, house: House, key: str, application_id: str, wanted: Mapping[str, Any]
) -> WebhookChanged:
    """`wanted` has name, url, topics and document. The same key again answers without the secret."""
    _manage(change)
    _check(house, wanted)
    made: list[str] = []

    async def effect() -> Answer:
        secret = spelled(token_bytes(SECRET_BYTES))
        made.append(secret)
        return {"webhook_id": await _added(change, house, application_id, wanted, secret)}

    asked = {"application": application_id, **wanted}
    answer = await once(change, "createWebhook", key, asked, effect)
    return WebhookChanged(**answer, secret=made[0] if made else None)


async def update_webhook(
    change: Change, house: House, id: str, version: int, wanted: Mapping[str, Any], active: bool | None
) -> WebhookChanged:
    """What `wanted` names is changed; `active` starts it again, whatever stopped it, or pauses it."""
    row = await _held(change, id, version)
    _check(house, {"topics": list(map(WebhookTopic, row["topics"])), "document": row["document"], **wanted})
    states = {
        None: {},
        True: {"state": WebhookState.ACTIVE, "reason": None, "failing_since": None},
        False: {"state": WebhookState.PAUSED, "reason": None},
    }
    await _altered(change, row, {**wanted, **states[active]})
    _announce(change, "UPDATE_WEBHOOK", id, changed=sorted(wanted), active=active)
    return WebhookChanged(webhook_id=id)


async def rotate_secret(change: Change, house: House, id: str, version: int, overlap_hours: int) -> WebhookChanged:
    """A new secret; for so many hours messages are signed with the old one as well."""
    row = await _held(change, id, version)
    if not 0 <= overlap_hours <= LONGEST_OVERLAP:
        raise BadInput(field="overlap_hours", details={"minimum": 0, "maximum": LONGEST_OVERLAP})
    secret = spelled(token_bytes(SECRET_BYTES))
    until = change.now + timedelta(hours=overlap_hours)
    before = {"previous_secret": row["secret"], "previous_until": until} if overlap_hours else _NO_PREVIOUS
    await _altered(change, row, {"secret": sealed(house, change.viewer.tenant_id, id, secret), **before})
    _announce(change, "ROTATE_WEBHOOK_SECRET", id, hours=overlap_hours)
    return WebhookChanged(webhook_id=id, secret=secret)


async def delete_webhook(change: Change, id: str, version: int) -> WebhookChanged:
    """Gone, with its messages; what is under way now may still arrive."""
    await _held(change, id, version)
    await change.remove(t.WebhookDelivery, {"webhook_id": id})
    await change.remove(_W, {"id": id})
    _announce(change, "DELETE_WEBHOOK", id)
    return WebhookChanged(webhook_id=id)


def sealed(house: House, tenant_id: str | None, id: str, secret: str) -> str:
    """A secret as the table keeps it: of this webhook and no other."""
    return house.seal.close([secret], _purpose(tenant_id, id))


def unsealed(house: House, tenant_id: str, id: str, kept: str) -> str:
    """Raises BadInput when the installation's secret is another one than when it was sealed."""
    (secret,) = house.seal.open(kept, _purpose(tenant_id, id))
    return str(secret)


_NO_PREVIOUS: Final = {"previous_secret": None, "previous_until": None}


def _purpose(tenant_id: str | None, id: str) -> list[Any]:
    return ["webhook", tenant_id, id]


def _manage(change: Change) -> None:
    require(change.viewer, Action.MANAGE_WEBHOOKS, rule="D-30")


async def _added(change: Change, house: House, owner: str, wanted: Mapping[str, Any], secret: str) -> str:
    # The grant is locked: two webhooks at once are counted one after the other, and it cannot be revoked meanwhile.
    await hold_grant(change, owner)
    if await change.value(_COUNT, keys=[owner]) >= MOST:
        raise BadInput(field="application_id", details={"maximum": MOST})
    now = change.now
    who = {"application_id": owner, "created_by": change.viewer.user_id, "created_at": now, "changed_at": now}
    place = {"state": WebhookState.ACTIVE, "position": await newest_event(change)}
    id = str(uuid4())
    kept = {"secret": sealed(house, change.viewer.tenant_id, id, secret)}
    await change.add(_W, {"id": id, **wanted, **who, **place, **kept})
    _announce(change, "CREATE_WEBHOOK", id, application=owner)
    return id


async def _held(change: Change, id: str, version: int) -> Row:
    """The webhook, locked, in the version that the caller has seen."""
    _manage(change)
    row = await change.row(_HELD, keys=[id])
    if row is None:
        raise NotFound(field="id")
    if row["version"] != version:
        raise BusinessRefusal("CONFLICT", field="version", rule="C-08")
    return row


async def _altered(change: Change, row: Row, values: Mapping[str, Any]) -> None:
    await change.alter(_W, row["id"], {**values, "version": row["version"] + 1, "changed_at": change.now})


def _check(house: House, wanted: Mapping[str, Any]) -> None:
    if "name" in wanted:
        check_text("name", wanted["name"], LONGEST_NAME, needed=True)
    if "url" in wanted and (wanted["url"] is None or house.reach.target(wanted["url"]) is None):
        raise BadInput(field="url", rule="API7", details={"needs": "https"})
    topics = wanted["topics"] or []
    granted(listed_once(topics))
    if wanted["document"] is not None:
        check_text("document", wanted["document"], LONGEST_DOCUMENT, needed=True)
        quote = house.quote(wanted["document"], {}, None)
        if quote.cost > quote.limit:
            raise Refusal("QUERY_TOO_COMPLEX", field="document", details={"cost": quote.cost, "limit": quote.limit})
        granted(fitting(quote.kind, quote.variables, topics, idless=quote.idless, closed=quote.closed))


def _announce(change: Change, action: str, id: str, **detail: Any) -> None:
    change.audit(action, "Webhook", id, **detail)
    change.publish("webhook", id, change=action)
