"""Additional cases: complete counts, visible rows, every reason (CA-35, CA-37, CA-38; D-9, D-10, D-19).

The condition below is `rules.additional_cases.reasons` said in SQL; a test compares the two on random worlds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, any_, bindparam, exists, func, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, DateTime, Integer, Text

from resolvers.activity import OF_PACKAGE, SELECTED, Activity, many
from resolvers.cases import ORDERS, WHERE, CaseOrder
from resolvers.listings import Listing
from resolvers.loaders import KEYS
from resolvers.pages import Page, Request, Source
from resolvers.retold import Retold
from resolvers.rules.additional_cases import SERVICES, AdditionalReason, Backing, reasons
from resolvers.rules.additional_cases import Request as Facts
from resolvers.rules.consumption import DrillDownView
from resolvers.selection import Selection
from tenancy import tables as t
from tenancy.statements import Reach, Statement, same
from tenancy.words import Classification, SupportKind

_C = t.Case
_FACTS = ("support_kind", "agreement_id", "package_id", "entitlement_id", "classification")

_mapped = and_(OF_PACKAGE, SELECTED)


def _shown(agreement_id: Any, tenant_id: Any) -> Any:
    """Whether some package of the agreement is mapped to a chosen workspace."""
    return exists(
        select(1)
        .select_from(t.Package)
        .join(t.WorkspacePackage, _mapped)
        .where(t.Package.tenant_id == tenant_id, t.Package.agreement_id == agreement_id)
    )


_tied, _packed = _C.agreement_id.is_not(None), _C.package_id.is_not(None)

# An agreement that the viewer cannot see is not mapped to any workspace it enters, so it is not mapped to the chosen
# ones either: whoever looks, the condition says the same.
_REASONS: Mapping[AdditionalReason, Any] = {
    AdditionalReason.CLASSIFIED: _C.classification.is_not(None),
    AdditionalReason.MISSING_AGREEMENT: not_(_tied),
    AdditionalReason.MISSING_PACKAGE: and_(_tied, not_(_packed)),
    AdditionalReason.MISSING_SERVICE: and_(_tied, _packed, _C.entitlement_id.is_(None)),
    AdditionalReason.AGREEMENT_EXPIRED: exists().where(
        same(t.Agreement.id, _C.agreement_id),
        t.Agreement.ends_on < bindparam("as_of", type_=Date),
    ),
    AdditionalReason.AGREEMENT_NOT_MAPPED: and_(_tied, not_(_shown(_C.agreement_id, _C.tenant_id))),
}
ADDITIONAL = and_(
    _C.workspace_id == many("workspaces"),
    or_(*(_C.support_kind == each for each in SERVICES)),
    _C.created_at < bindparam("until", type_=DateTime(timezone=True)),
    or_(*_REASONS.values()),
)


def _words(name: str) -> Any:
    """`word == _words(name)`: the word is one of those bound under that name."""
    return any_(bindparam(name, type_=ARRAY(Text)))


# The three values travel as three filters, because a filter binds one value under its own name.
CASES = Listing(
    "customerActivity.additionalCases",
    _C,
    {
        "workspaces": ADDITIONAL,
        "as_of": bindparam("as_of", type_=Date).is_not(None),
        "until": bindparam("until", type_=DateTime(timezone=True)).is_not(None),
        "service": _C.support_kind == bindparam("service", type_=Text),
        "reasons": or_(*(and_(literal(each.value) == _words("reasons"), met) for each, met in _REASONS.items())),
        "classifications": _C.classification == _words("classifications"),
        **{name: WHERE[name] for name in ("workspace_id", "created_since", "created_before")},
    },
    ORDERS[CaseOrder.NEWEST],
)

DESCRIPTIONS: Mapping[SupportKind, str] = {
    SupportKind.ADVISORY: "Guidance that was asked for outside what the agreement holds.",
    SupportKind.PROBLEM_RESOLUTION: "Help with something broken that was asked for outside what the agreement holds.",
}
"""What the two services are (CA-30, CA-37)."""

_counted = select(_C.support_kind, func.count().label("count")).where(ADDITIONAL).group_by(_C.support_kind)
_COUNTS = Statement(_counted, reach=Reach.TENANT)
_VISIBLE = Statement(_counted)

_BACKING = Statement(
    select(t.Agreement.id, t.Agreement.ends_on, _shown(t.Agreement.id, t.Agreement.tenant_id).label("shown")).where(
        t.Agreement.id == KEYS
    ),
    reach=Reach.TENANT,
)


@dataclass(frozen=True, slots=True)
class AdditionalService:
    """One of the two lines of the panel; `count` is complete, `visible` is how many of the rows the viewer may see."""

    activity: Activity
    service: SupportKind
    count: int
    visible: int

    @property
    def view(self) -> DrillDownView:
        return DrillDownView.ADDITIONAL_CASES

    @property
    def description(self) -> str:
        return DESCRIPTIONS[self.service]

    @property
    def rows_are_partial(self) -> bool:
        return self.visible < self.count

    @property
    def values(self) -> dict[str, Any]:
        return {**values(self.activity), "service": self.service}


@dataclass(frozen=True, slots=True)
class AdditionalCase:
    """A case with everything that makes it additional to this selection."""

    case_id: str
    reasons: tuple[AdditionalReason, ...]
    classification: Classification | None


def values(activity: Activity) -> dict[str, Any]:
    """What the condition binds: the chosen workspaces, the day, and the end of it."""
    return {"workspaces": activity.workspace_ids, "as_of": activity.as_of, "until": activity.until}


async def services(activity: Activity) -> list[AdditionalService]:
    """The panel: exactly two lines, whatever there is (CA-37, AE-8)."""
    scope, given = activity.context.scope, values(activity)
    all_ = {row["support_kind"]: row["count"] for row in await scope.rows(_COUNTS, **given)}
    mine = {row["support_kind"]: row["count"] for row in await scope.rows(_VISIBLE, **given)}
    return [AdditionalService(activity, each, all_.get(each, 0), mine.get(each, 0)) for each in SERVICES]


async def cases(lines: Sequence[AdditionalService], request: Request) -> list[Retold]:
    """One page of visible cases for each line; `request.values` are conditions beside those of the line."""
    wanted = [replace(request, values={**request.values, **line.values}) for line in lines]
    pages = [
        await Source(line.activity.context, CASES, each).page(_WANTED) for line, each in zip(lines, wanted, strict=True)
    ]
    return [await _told(line.activity, page) for line, page in zip(lines, pages, strict=True)]


_ROWS = Statement(
    select(_C.id, _C.ticket_number, _C.title, _C.created_at, *(getattr(_C, name) for name in _FACTS))
    .where(ADDITIONAL)
    .order_by(_C.created_at.desc(), _C.id)
    .limit(bindparam("limit", type_=Integer))
)


async def additional_rows(activity: Activity, limit: int) -> list[tuple[Any, AdditionalCase]]:
    """Visible additional cases of both services, newest first, at most so many."""
    rows = await activity.context.scope.rows(_ROWS, limit=limit, **values(activity))
    return list(zip(rows, await _cases(activity, rows), strict=True))


_WANTED = Selection(frozenset(), {"nodes": Selection(frozenset(_FACTS))})


async def _told(activity: Activity, page: Page) -> Retold:
    return Retold(page, await _cases(activity, page.nodes))


async def _cases(activity: Activity, rows: Sequence[Any]) -> list[AdditionalCase]:
    keys = sorted({row["agreement_id"] for row in rows if row["agreement_id"]})
    found = await activity.context.scope.rows(_BACKING, keys=keys, workspaces=activity.workspace_ids) if keys else []
    selected = frozenset(activity.workspace_ids)
    backing = {
        row["id"]: Backing(date.fromisoformat(row["ends_on"]), selected if row["shown"] else frozenset())
        for row in found
    }
    return [_case(row, backing, selected, activity.as_of) for row in rows]


def _case(row: Any, backing: dict[str, Backing], selected: frozenset[str], as_of: date) -> AdditionalCase:
    classification = Classification(row["classification"]) if row["classification"] else None
    facts = Facts(
        SupportKind(row["support_kind"]),
        backing.get(row["agreement_id"]),
        has_package=row["package_id"] is not None,
        has_entitlement=row["entitlement_id"] is not None,
        classification=classification,
    )
    return AdditionalCase(row["id"], reasons(facts, selected, as_of), classification)
