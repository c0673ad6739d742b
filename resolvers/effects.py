"""What a command did, or would do, told to the viewer: rows by type, as far as the viewer may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from resolvers.effects_of import Charges, Pace, Sight, charges, paces, sights
from resolvers.loaders import by_id
from tenancy.changes import Touch, Touched
from tenancy.database import Row
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.tables import Consumption, Keyed, Owned


@dataclass(frozen=True)
class Effect:
    """So many rows of one type were created, changed or removed; `type` is the noun of the row.

    `terms`, `clocks` and `sight` say what that means where it moves terms, clocks or who sees what.
    """

    type: str
    change: Touch
    count: int
    terms: tuple[Charges, ...] = ()
    clocks: tuple[Pace, ...] = ()
    sight: tuple[Sight, ...] = ()


async def effects(scope: Scope, touched: Sequence[Touched]) -> list[Effect]:
    """The effects in the order of their types; rows that the viewer cannot see are left out."""
    found = []
    ordered = sorted(touched, key=_kind)
    for (_, touch), rows in groupby(ordered, key=_kind):
        mine = list(rows)
        table = mine[0].table
        seen = await _seen(scope, table, mine)
        told = [each for each in mine if touch is Touch.REMOVED or each.key in seen]
        if told:
            parts = (charges(told), await paces(scope, told), await sights(scope, told))
            found.append(Effect(table.__name__, touch, len(told), *parts))
    return found


def _kind(each: Touched) -> tuple[str, Touch]:
    return each.table.__name__, each.touch


async def _seen(scope: Scope, table: type[Owned], rows: Sequence[Touched]) -> set[str]:
    """Keys of the rows that are visible; a row without an id of its own is seen with the command's subject, and
    a charge by whoever sees the terms that it lowers."""
    charged = table is Consumption and scope.viewer.somewhere(Action.SEE_TERMS)
    if charged or not issubclass(table, Keyed):
        return {each.key for each in rows}
    kept = [each.key for each in rows if each.touch is not Touch.REMOVED]
    found = await scope.rows(by_id(table, frozenset({"id"}), Row), keys=kept)  # type: ignore[arg-type]  # every Keyed class is a table
    return {row["id"] for row in found}
