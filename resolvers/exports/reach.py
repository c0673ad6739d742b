"""How far somebody saw when a file was read: whoever sees less later does not get the file (E-09, T-16).

What is compared are the grounds on which boundaries decide: flags of roles, workspaces, and shares; and what the file
itself stands on, as a portfolio does on links to customers. A reader who sees more than then is no reason to refuse.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from resolvers.exports.files import ExportFile
from tenancy import boundaries
from tenancy import tables as t
from tenancy.scope import Scope
from tenancy.statements import Statement

_GROUNDS: Final = ("v_entered", "v_overseen", "v_activity_in")

_SHARES = Statement(select(t.CaseShare.id).where(boundaries.MY_SHARES).order_by(t.CaseShare.id))

Reach = Mapping[str, Any]


async def reach_of(scope: Scope, file: ExportFile) -> dict[str, Any]:
    """The grounds of this moment, as a job keeps them."""
    facts = boundaries.facts(scope.viewer)
    return {
        "holding": sorted(facts.holding),
        **{name: sorted(facts[name]) for name in _GROUNDS},
        "shares": [row["id"] for row in await scope.rows(_SHARES)],
        **await file.grounds(scope),
    }


async def still_reaches(scope: Scope, file: ExportFile, kept: Reach) -> bool:
    """Whether everything that was seen then is seen now."""
    now = await reach_of(scope, file)
    return all(set(kept[name]) <= set(now[name]) for name in kept)
