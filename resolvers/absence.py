"""What is said of a thing that is not there for the viewer: hidden and absent look the same (D-31).

One exception: a member whom the account rule keeps out learns that of whatever its own roles would show it (A-01,
AE-37, 5.5), and of nothing else. Its grants stand (D-3), so it learns of no thing that they do not open.
"""

from typing import Any

from tenancy.database import Row
from tenancy.errors import AccountTypeNotAllowed, NotFound, Refusal
from tenancy.scope import Scope
from tenancy.statements import Statement


async def there(scope: Scope, statement: Statement, field: str | None = None, **values: Any) -> Row:
    """The row that a request is about, or the refusal that `absent` says; `field` names the input with its id."""
    row = await scope.row(statement, **values)
    if row is None:
        raise await absent(scope, statement, field, **values)
    return row


async def absent(scope: Scope, statement: Statement, field: str | None = None, **values: Any) -> Refusal:
    """Why the statement gave this viewer no row."""
    viewer = scope.viewer
    if viewer.barred and await scope.seen_by(viewer.if_admitted).rows(statement, **values):
        return AccountTypeNotAllowed(rule="WS-22")
    return NotFound(field=field)
