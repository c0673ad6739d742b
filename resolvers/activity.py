"""Customer Activity: the page, for chosen workspaces and agreements, as of one day (CA-1..15, CA-17).

Totals are complete whoever asks, so that they can be used for a renewal (D-19); who may ask is the question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, any_, bindparam, cast, exists, func, not_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Uuid

from resolvers import ids
from resolvers.context import Context
from resolvers.days import day_asked
from resolvers.listings import Listing, Order
from resolvers.workspaces import chosen
from tenancy import tables as t
from tenancy.errors import NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement, same


def many(name: str) -> Any:
    """`column == many(name)`: the column is one of the ids bound under that name."""
    return any_(bindparam(name, type_=ARRAY(Uuid(as_uuid=False))))


def _runs(day: Any) -> Any:
    """Whether an agreement is in force on a day: activated by then, and within its dates (CA-17)."""
    activated = cast(func.timezone("UTC", t.Agreement.activated_at), Date)
    return and_(func.coalesce(activated <= day, False), day.between(t.Agreement.starts_on, t.Agreement.ends_on))


SELECTED = t.WorkspacePackage.workspace_id == many("workspaces")
OF_PACKAGE = same(t.WorkspacePackage.package_id, t.Package.id)
OF_AGREEMENT = same(t.Package.agreement_id, t.Agreement.id)
PACKAGE_SHOWN = exists().where(OF_PACKAGE, SELECTED)
IN_FORCE = _runs(bindparam("today", type_=Date))
_AGREEMENT_SHOWN = exists(
    select(1).select_from(t.Package).join(t.WorkspacePackage, OF_PACKAGE).where(OF_AGREEMENT, SELECTED)
)

SHOWN = {
    "workspaces": _AGREEMENT_SHOWN,
    "today": IN_FORCE,
    "not_today": not_(_runs(bindparam("not_today", type_=Date))),
    "agreements": t.Agreement.id == many("agreements"),
}
"""Filters of agreements: mapped to chosen workspaces, in force today or not, named."""

AGREEMENTS = Listing("customerActivity.agreements", t.Agreement, SHOWN, Order("starts_on", (("starts_on", False),)))

_NAMED = Statement(select(t.Agreement.id).where(t.Agreement.id == many("agreements"), _AGREEMENT_SHOWN))


@dataclass(frozen=True)
class Activity:
    """The page for one selection, as of one day. `agreement_ids` None: all that are mapped to the selection."""

    context: Context = field(repr=False)
    workspace_ids: tuple[str, ...]
    agreement_ids: tuple[str, ...] | None
    as_of: date

    @property
    def values(self) -> dict[str, Any]:
        """The selection as values of filters."""
        found: dict[str, Any] = {"workspaces": self.workspace_ids}
        return found if self.agreement_ids is None else {**found, "agreements": self.agreement_ids}

    @property
    def past(self) -> date | None:
        """The day, if it has passed; None stands for now."""
        return self.as_of if self.as_of < self.context.scope.today else None

    @property
    def until(self) -> datetime:
        """The moment at which the day has passed, UTC."""
        return datetime.combine(self.as_of + timedelta(days=1), time(), UTC)


async def open_activity(
    context: Context,
    workspace_ids: Iterable[str] | None,
    agreement_ids: Iterable[str] | None,
    as_of: date | None = None,
) -> Activity:
    """The page, for those who may see it (CA-7..11); agreements must be mapped to the chosen workspaces.

    `as_of` reads a past day: the ledger by its days of use, packages and agreements by their dates. What is written
    over rather than added to, mappings and the facts of a case, stands as it is now.
    """
    places = await chosen(context, workspace_ids, Action.SEE_ACTIVITY, "CA-11")
    day = day_asked(context.scope, as_of)
    named = None if agreement_ids is None else await mapped_agreements(context, agreement_ids, places, "agreement_ids")
    return Activity(context, tuple(places), named, day)


async def mapped_agreements(
    context: Context, agreement_ids: Iterable[str], workspace_ids: Sequence[str], field: str
) -> tuple[str, ...]:
    """The uuids of agreements that are mapped to the selection; NOT_FOUND of this field when one is not (D-31)."""
    named = tuple(ids.of("Agreement", id, field=field) for id in agreement_ids)
    rows = await context.scope.rows(_NAMED, agreements=named, workspaces=workspace_ids)
    if len(rows) != len(set(named)):
        raise NotFound(field=field)
    return named
