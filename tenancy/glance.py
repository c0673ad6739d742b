"""A whole operation in one statement: the viewer is foreseen, and the statement itself proves it (H-4, H-8).

A list needs BEGIN, the viewer's grants, its rows and COMMIT: four messages for one answer. But one statement is a
snapshot of its own. So where the viewer was recognised before, the statement is asked as that viewer would ask it, and
carries a question more: are the grants, in this very snapshot, letter by letter those that made the viewer? Only then
it gives rows. Whatever is empty, or needs a second statement, is not confirmed and done again in a transaction; so
nothing that was foreseen ever leaves unproven, and a right that was taken away is gone with the next request.

Both locks stand: the statement carries the viewer's boundaries, and row-level security reads the key that the statement
sets, for itself alone, before it looks for a row. Would the server look first, security would hide every row.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tenancy.database import Database, Row
from tenancy.recognition import MARK
from tenancy.scope import Wire
from tenancy.spans import within
from tenancy.tally import count
from tenancy.viewer import Viewer


class NotEnough(Exception):
    """One statement does not answer this; never seen outside, because the operation is done again."""


class Glance(Wire):
    """A wire for a single statement; it borrows its connection for just that long. `viewer` must have a mark."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self.tenant = viewer.tenant_id
        self.statements = 0
        self._database = database
        self._key = (viewer.identity.tid, viewer.identity.oid, viewer.tenant_id, viewer.mark)
        self._proven = False

    @property
    def confirmed(self) -> bool:
        """Whether all that was read is what the viewer may read: one statement, which gave rows."""
        return self._proven and self.statements == 1

    async def fetch(self, tenant: str | None, sql: str, arguments: Sequence[Any], record: type[Row]) -> list[Row]:
        """The rows of the only statement; raises NotEnough when it is not the only one, or gave none."""
        self.statements += 1
        if self.statements > 1 or tenant != self.tenant:
            raise NotEnough
        text = _proving(sql, len(arguments))
        async with self._database.reader() as connection:
            asked = connection.fetch(text, *arguments, *self._key, record_class=record)
            rows: list[Row] = await within("sql", text, asked)
        count(len(rows))
        if not rows:
            raise NotEnough
        self._proven = True
        return rows


@lru_cache(4096)
def _proving(sql: str, count: int) -> str:
    """The statement, giving its rows only to the viewer whose key and mark are its last four parameters.

    The question is about no row, so the server asks it once and first; CASE keeps the order within it.
    """
    tid, oid, tenant, mark = (f"${count + place}" for place in range(1, 5))
    settings = (("app.tid", tid), ("app.oid", oid), ("app.tenant", tenant))
    calls = " and ".join(f"set_config('{name}', {value}::text, true) is not null" for name, value in settings)
    return f"select shown.* from ({sql}) shown where (select case when {calls} then ({MARK}) = {mark}::text end)"
