"""From what is asked to a file: who may have which kind, and what narrows it (PC-1, CA-4, CA-11, CA-12).

The same function answers when an export is started, when its rows are read, and when its file is fetched: a right that
is gone in between is gone there too (E-09).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from resolvers import ids
from resolvers.cases import CaseView
from resolvers.context import Context
from resolvers.exports.cases import case_file
from resolvers.exports.files import ExportFile
from resolvers.exports.ledger import consumption_file, education_file
from resolvers.portfolio import Filter
from resolvers.portfolio_export import PortfolioExportKind, portfolio_file
from resolvers.workspaces import ALL, admit, chosen, entered
from tenancy.errors import BadInput, Forbidden
from tenancy.permissions import Action
from tenancy.words import AccountType, Channel, ExportKind, ServiceCode, Workload


@dataclass(frozen=True)
class Narrowed:
    """What narrows an export; None: nothing does. Workspaces are global ids, customers uuids."""

    workspaces: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None
    view: CaseView | None = None
    as_of: date | None = None
    services: tuple[ServiceCode, ...] | None = None
    customers: tuple[str, ...] | None = None
    products: tuple[str, ...] | None = None
    channels: tuple[Channel, ...] | None = None
    workloads: tuple[Workload, ...] | None = None

    def stored(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Narrowed":
        return cls(**{name: _READ[name](value) for name, value in stored.items()})


_READ: Final[Mapping[str, Any]] = {
    "workspaces": tuple,
    "since": date.fromisoformat,
    "until": date.fromisoformat,
    "view": CaseView,
    "as_of": date.fromisoformat,
    "services": lambda given: tuple(map(ServiceCode, given)),
    "customers": tuple,
    "products": tuple,
    "channels": lambda given: tuple(map(Channel, given)),
    "workloads": lambda given: tuple(map(Workload, given)),
}

PORTFOLIOS: Final = (ExportKind.PORTFOLIO_DEPLOYMENT, ExportKind.PORTFOLIO_USAGE)
"""What `portfolioExport` holds: the only files that an application may have (D-30)."""

_PORTFOLIO: Final = frozenset({"as_of", "services", "customers", "products", "channels", "workloads"})
_SPAN: Final = frozenset({"workspaces", "since", "until"})

FITS: Final[Mapping[ExportKind, frozenset[str]]] = {
    ExportKind.PORTFOLIO_DEPLOYMENT: _PORTFOLIO - {"workloads"},
    ExportKind.PORTFOLIO_USAGE: _PORTFOLIO,
    ExportKind.CASES: _SPAN | {"view"},
    ExportKind.CONSUMPTION: _SPAN,
    ExportKind.EDUCATION: _SPAN,
}
"""What can narrow which kind; anything else is refused, for it would be ignored."""


async def file_of(context: Context, kind: ExportKind, narrowed: Narrowed) -> ExportFile:
    """The file, for those who may have it now; refusals as those of the query that shows the same (D-31)."""
    if context.viewer.account_type is AccountType.APPLICATION and kind not in PORTFOLIOS:
        raise Forbidden(rule="D-30")
    scope, span = context.scope, (narrowed.since, narrowed.until)
    match kind:
        case ExportKind.PORTFOLIO_DEPLOYMENT | ExportKind.PORTFOLIO_USAGE:
            portfolio = PortfolioExportKind(kind.removeprefix("PORTFOLIO_"))
            return portfolio_file(scope, portfolio, narrowed.as_of, _filter(narrowed))
        case ExportKind.CASES:
            return await _cases(context, narrowed)
        case ExportKind.CONSUMPTION:
            return consumption_file(scope, await _places(context, narrowed, Action.SEE_ACTIVITY, "CA-11"), *span)
        case ExportKind.EDUCATION:
            return education_file(scope, await _places(context, narrowed, Action.EXPORT_EDUCATION, "CA-4"), *span)


async def settled(context: Context, kind: ExportKind, narrowed: Narrowed) -> Narrowed:
    """The same with every choice made: a job that begins later speaks of the workspaces and the day of now."""
    given = narrowed.stored()
    for name in given:
        if name not in FITS[kind]:
            raise BadInput(field=name)
    if narrowed.since and narrowed.until and narrowed.since > narrowed.until:
        raise BadInput(field="until")
    await file_of(context, kind, narrowed)
    if kind in PORTFOLIOS:
        return replace(narrowed, as_of=narrowed.as_of or context.scope.today)
    if kind is ExportKind.CASES:
        return narrowed
    action, rule = _ACTIONS[kind]
    places = await _places(context, narrowed, action, rule)
    return replace(narrowed, workspaces=tuple(ids.encode("Workspace", place) for place in places))


_ACTIONS: Final = {
    ExportKind.CONSUMPTION: (Action.SEE_ACTIVITY, "CA-11"),
    ExportKind.EDUCATION: (Action.EXPORT_EDUCATION, "CA-4"),
}


async def _places(context: Context, narrowed: Narrowed, action: Action, rule: str) -> Sequence[str]:
    return await chosen(context, narrowed.workspaces or [ALL], action, rule)


async def _cases(context: Context, narrowed: Narrowed) -> ExportFile:
    admit(context)
    if not context.viewer.tenant_id or not (context.viewer.entered or context.viewer.tenant_roles):
        raise Forbidden(rule="CA-12")
    values: dict[str, Any] = {}
    if narrowed.workspaces is not None and list(narrowed.workspaces) != [ALL]:
        values["workspaces"] = await entered(context, narrowed.workspaces, "workspace_ids")
    if narrowed.since is not None:
        values["created_since"] = _start_of(narrowed.since)
    if narrowed.until is not None and narrowed.until < date.max:
        values["created_before"] = _start_of(narrowed.until + timedelta(days=1))
    return case_file(context.scope, narrowed.view or CaseView.ALL, values)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _filter(narrowed: Narrowed) -> Filter:
    return Filter(narrowed.services, narrowed.customers, narrowed.products, narrowed.channels, narrowed.workloads)
