"""What can be watched: a case, its timeline, its clocks, a queue, the figures of Customer Activity (5.5), and the ends
of delegated relationships (3.5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.types import Uuid

from resolvers import ids
from resolvers.absence import there
from resolvers.activity import SELECTED
from resolvers.context import Context
from resolvers.happenings import ITEM_TOUCHES
from resolvers.loaders import KEYS
from resolvers.partners_reminding import ENDING
from resolvers.queues import open_queues
from resolvers.watching import COLUMNS, Subject, following
from resolvers.workspaces import admit, chosen
from tenancy import tables as t
from tenancy.errors import BusinessRefusal, Forbidden, NotFound
from tenancy.follower import Event
from tenancy.permissions import Action
from tenancy.statements import Statement, same
from tenancy.words import Watched

_E = t.OutboxEvent
_PLACE = bindparam("place", type_=Uuid(as_uuid=False))
_NAMED = bindparam("named", type_=Text)

_CASE_SEEN = Statement(select(t.Case.id, t.Case.workspace_id).where(t.Case.id == KEYS))
_QUEUE_SEEN = Statement(select(t.Queue.id).where(t.Queue.id == KEYS))


def _said(name: str) -> ColumnElement[str]:
    """A word of an event's payload."""
    # Written out, not bound: an index knows the word.
    return _E.payload.op("->>", return_type=Text())(literal_column(f"'{name}'"))


def _among(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(column == word for word in words))


_OF_CASE = following(select(*COLUMNS), _E.topic == "case", _E.subject_id == _PLACE)
_ENTRIES = following(
    select(*COLUMNS), _E.topic == "timeline", _said("case") == _NAMED, _among(_said("change"), ["ADDED", "MOVED"])
)
_CLOCKS = following(select(*COLUMNS), _E.topic == "clock", _said("case") == _NAMED)
_ENDINGS = following(select(*COLUMNS), _E.topic == ENDING)
_ITEMS = following(select(*COLUMNS), _among(_E.topic, ITEM_TOUCHES), _E.subject_id == _PLACE)

_MAPPED = exists(
    select(1)
    .select_from(t.WorkspacePackage)
    .where(
        same(t.WorkspacePackage.package_id, t.Entitlement.package_id),
        SELECTED,
    )
)
_SELECTED_HERE = _E.workspace_id == SELECTED.right
_FIGURES = following(
    select(*COLUMNS, func.coalesce(_said("category"), t.Entitlement.category).label("category")).outerjoin(
        t.Entitlement, same(t.Entitlement.id, _E.subject_id)
    ),
    _E.topic == "activity",
    or_(_SELECTED_HERE, _MAPPED),
    func.coalesce(_said("category"), t.Entitlement.category).is_not(None),
)


def case_changes(case_id: str) -> Subject:
    """Every change of a case: its columns, and whom it is shared with."""
    id = ids.of("Case", case_id, field="case_id")
    return Subject(Watched.CASE, _seen(id), _OF_CASE, lambda event: event.topic == "case" and event.subject_id == id)


def timeline_additions(case_id: str) -> Subject:
    """Every new entry on the timeline of a case, moved there by a merge or written on it (CS-51)."""
    id = ids.of("Case", case_id, field="case_id")
    return Subject(Watched.TIMELINE, _seen(id), _ENTRIES, _about(id, "timeline"))


def clock_changes(case_id: str) -> Subject:
    """Every clock of a case that starts, warns, fails, is paused, met or canceled, or gets other times (CS-47)."""
    id = ids.of("Case", case_id, field="case_id")
    return Subject(Watched.CLOCKS, _seen(id), _CLOCKS, _about(id, "clock"))


def queue_changes(queue_id: str) -> Subject:
    """Items that come into a queue, are picked, released or removed; private queues are for their members (2.5)."""
    id = ids.of("Queue", queue_id, field="queue_id")

    async def seen(context: Context) -> Mapping[str, Any]:
        if await context.scope.row(_QUEUE_SEEN, keys=[id]) is None:
            raise NotFound(field="queue_id")
        if id not in await open_queues(context, [id]):
            raise BusinessRefusal("NOT_QUEUE_MEMBER", field="queue_id", rule="CS-12")
        return {"place": id, "workspaces": ()}

    return Subject(Watched.QUEUE, seen, _ITEMS, lambda event: event.topic in ITEM_TOUCHES and event.subject_id == id)


def figure_changes(workspace_ids: Sequence[str] | None) -> Subject:
    """Categories of the page whose totals have changed: by use anywhere, since a total is one pool (D-19)."""

    async def seen(context: Context) -> Mapping[str, Any]:
        return {"workspaces": await chosen(context, workspace_ids, Action.SEE_ACTIVITY, "CA-11")}

    return Subject(Watched.ACTIVITY, seen, _FIGURES, lambda event: event.topic == "activity")


def endings() -> Subject:
    """Ends of relationships of the current tenant that are near; for whoever sees those, at either end (3.5)."""

    async def seen(context: Context) -> Mapping[str, Any]:
        admit(context)
        if context.viewer.tenant_id is None:
            raise Forbidden(rule="AE-54")
        return {"workspaces": ()}

    return Subject(Watched.DELEGATIONS, seen, _ENDINGS, lambda event: event.topic == ENDING)


def _seen(case_id: str) -> Any:
    """A case as CA-12 shows it; a barred member learns why not, as it does from `case`."""

    async def seen(context: Context) -> Mapping[str, Any]:
        case = await there(context.scope, _CASE_SEEN, "case_id", keys=[case_id])
        return {"place": case_id, "named": case_id, "workspaces": [case["workspace_id"]]}

    return seen


def _about(case_id: str, topic: str) -> Callable[[Event], bool]:
    return lambda event: event.topic == topic and event.payload.get("case") == case_id
