"""What touched rows mean: terms charged or returned, clocks started or stopped, who gains or loses sight.

All of it is read off the rows that a command wrote, so no command can forget to tell.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from resolvers.ids import encode
from resolvers.loaders import by_id
from tenancy import tables as t
from tenancy.changes import Touch, Touched
from tenancy.database import Row
from tenancy.scope import Scope
from tenancy.words import ClockStatus, Kpi, Origin


@dataclass(frozen=True)
class Charges:
    """What one entitlement gives for all rows together, negative when it gets terms back; by origin of the cases."""

    entitlement: str
    origin: Origin | None
    quantity: Decimal


@dataclass(frozen=True)
class Pace:
    """One clock and what it is afterwards."""

    case: str
    kpi: Kpi
    status: ClockStatus


@dataclass(frozen=True)
class Sight:
    """A person or a group that begins or ceases to see a case, a workspace, or what a group sees."""

    who: str
    name: str | None
    what: str
    gains: bool


def charges(rows: Sequence[Touched]) -> tuple[Charges, ...]:
    """The ledger's movements, summed up; what was charged and returned at once is no movement."""
    sums: defaultdict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for each in rows:
        if each.table is t.Consumption:
            sums[each.row["entitlement_id"], each.row.get("origin")] += each.row["quantity"]
    ordered = sorted(sums.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    return tuple(
        Charges(encode("Entitlement", id), Origin(origin) if origin else None, quantity)
        for (id, origin), quantity in ordered
        if quantity
    )


async def paces(scope: Scope, rows: Sequence[Touched]) -> tuple[Pace, ...]:
    """The clocks among the rows that the viewer may see."""
    keys = sorted(each.key for each in rows if each.table is t.SlaClock)
    if not keys:
        return ()
    clocks = await scope.rows(by_id(t.SlaClock, _OF_CLOCKS, Row), keys=keys)
    items = await scope.rows(by_id(t.SlaItem, frozenset({"kpi"}), Row), keys=[row["sla_item_id"] for row in clocks])
    kpis = {row["id"]: Kpi(row["kpi"]) for row in items}
    found = (
        Pace(encode("Case", row["incident_id"]), kpis[row["sla_item_id"]], ClockStatus(row["status"]))
        for row in clocks
        if row["sla_item_id"] in kpis
    )
    return tuple(sorted(found, key=lambda pace: (pace.case, pace.kpi, pace.status)))


_OF_CLOCKS = frozenset({"incident_id", "sla_item_id", "status"})


async def sights(scope: Scope, rows: Sequence[Touched]) -> tuple[Sight, ...]:
    """Who begins or ceases to see what. One who gains and is hidden from the viewer is left out; one who loses may
    have gone out of sight by it, and has no name then."""
    found = sorted({(*line, each.touch is Touch.CREATED) for each in rows for line in _lines(each)})
    names = await _names(scope, [who for who, _, _ in found])
    return tuple(
        Sight(encode(*who), names.get(who), encode(*what), gains)
        for who, what, gains in found
        if who in names or not gains
    )


Name = tuple[str, str]
"""The type of a node and its uuid."""


def _lines(each: Touched) -> Iterator[tuple[Name, Name]]:
    """Who and what, of a row that is new or gone."""
    row = each.row
    if each.touch is Touch.CHANGED:
        return
    if each.table is t.CaseShare:
        who = ("User", row["user_id"]) if row.get("user_id") else ("SupportGroup", row["group_id"])
        yield who, ("Case", row["incident_id"])
    elif each.table is t.SupportGroupMember:
        yield ("User", row["user_id"]), ("SupportGroup", row["group_id"])
    elif each.table is t.RoleGrant and row.get("workspace_id"):
        yield ("User", row["user_id"]), ("Workspace", row["workspace_id"])
    elif each.table is t.Case and row.get("primary_contact_user_id") and row.get("workspace_id"):
        yield ("User", row["primary_contact_user_id"]), ("Case", row["id"])


async def _names(scope: Scope, whos: Sequence[Name]) -> Mapping[Name, str | None]:
    """The names of those whom the viewer may see."""
    names: dict[Name, str | None] = {}
    for kind, table, column in (("User", t.User, "display_name"), ("SupportGroup", t.SupportGroup, "name")):
        keys = sorted({id for who, id in whos if who == kind})
        if keys:
            rows = await scope.rows(by_id(table, frozenset({column}), Row), keys=keys)
            names |= {(kind, row["id"]): row[column] for row in rows}
    return names
