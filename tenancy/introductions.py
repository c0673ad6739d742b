"""How somebody becomes known who was never here: a colleague names it by its object id (domain 2.1).

The directory tenant is the token's own and cannot be chosen: the database takes it from the setting that the door made
(`app_introduced`). An object id is one person inside one tenant; an address is not, and none is looked at (A-05, A-06).
"""

from tenancy.changes import Change
from tenancy.errors import BadInput, Forbidden
from tenancy.words import AccountType

_INTRODUCED = "select app.app_introduced($1, $2) as id"


async def introduce(change: Change, oid: str, display_name: str | None) -> str:
    """The id of the app_user row of `(own tid, oid)`, written now if there is none. Grants nothing."""
    if change.viewer.account_type is not AccountType.WORK_SCHOOL:
        raise Forbidden(rule="A-07")
    (row,) = await change.run(_INTRODUCED, oid, display_name)
    if row["id"] is None:
        raise BadInput(field="users", rule="D-30")
    return str(row["id"])
