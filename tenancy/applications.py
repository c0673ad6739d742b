"""How a program of a partner's own directory becomes known before it ever called (D-30).

The policy on app_user lets nobody write a row of another key than the token's own. A program cannot arrive by a link,
so the database writes its row, for the current tenant's own directory and for an application only (`app_register`).
"""

from tenancy.changes import Change

_REGISTER = "select app.app_register($1, $2, $3) as id"


async def register(change: Change, object_id: str, name: str) -> str | None:
    """The id of the application's app_user row, written now if it was unknown; None when the current tenant has no
    directory, is no partner, or the object id is a person's."""
    (row,) = await change.run(_REGISTER, object_id, name, change.now)
    return None if row["id"] is None else str(row["id"])
