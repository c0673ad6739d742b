"""Mistakes in how far a role reaches, and in keys of the database that forget whose they are."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from gateway.demo import ids as names
from tenancy import recognition
from tenancy.permissions import allows
from tenancy.viewer import Viewer
from tests.tenancy.connections import Connection
from tests.twins.planting import Fault, near, replaced


def faults() -> Iterator[Fault]:
    """Roles that reach too far, and keys that reach over tenants."""
    yield from _roles()
    yield from _keys()


def _roles() -> Iterator[Fault]:
    yield Fault(
        "a role in one workspace counts in all",
        replaced(Viewer, "where", _everywhere),
        ("di", "maya"),
        near("Case", "Query"),
    )
    yield Fault(
        "the account rule is forgotten",
        replaced(Viewer, "barred", property(lambda self: frozenset())),
        ("pat", "pablo"),
        near("Workspace", "WorkspaceConnection"),
        prepare=_strict,
    )
    yield Fault(
        "a header opens its workspace",
        replaced(Viewer, "may_enter", lambda self, workspace_id: True),
        ("maya", "cam"),
        near("Query", "CustomerActivity"),
        turns=500,
    )
    yield Fault(
        "a member is taken for an administrator",
        replaced(Viewer, "everywhere", lambda self, action: True),
        ("ann", "cam"),
        near("Query"),
    )
    yield Fault(
        "relationships that ended still lend roles",
        _lent_for_ever,
        ("petra", "quin"),
        near("Query", "Viewer"),
        policies=False,
    )


async def _strict(past: Connection) -> None:
    await past.execute("update app.workspace set allow_personal_accounts = false")


def _everywhere(self: Viewer, action: Any) -> tuple[str, ...]:
    """Whoever has a role somewhere has it in every workspace of Contoso."""
    held = frozenset(role for roles in self.workspace_roles.values() for role in roles)
    return tuple(sorted(_PLACES)) if allows(self.account_type, held, action) else ()


_PLACES = frozenset(names.of(f"contoso/W{number}") for number in (1, 2, 3, 4))


def _lent_for_ever() -> Any:
    sql = recognition._LENT.partition("and r.kind")[0]
    return patch.object(recognition, "_LENT", sql.replace("$1::uuid[])", "$1::uuid[]) and $2::timestamptz is not null"))


def _keys() -> Iterator[Fault]:
    yield Fault(
        "names of groups are unique in the world",
        people=("maya", "gil"),
        near=near("Mutation"),
        prepare=_unique("support_group", "name"),
        writes=True,
        turns=900,
    )
    yield Fault(
        "numbers of products are unique in the world",
        people=("mo",),
        near=near("Mutation"),
        prepare=_unique("product", "number"),
        writes=True,
        turns=900,
    )
    yield Fault(
        "titles of subjects are unique in the world",
        people=("mo",),
        near=near("Mutation"),
        prepare=_unique("subject", "title"),
        writes=True,
        turns=900,
    )
    yield Fault(
        "names of customers are unique in the world",
        people=("mo", "rae"),
        near=near("Mutation"),
        prepare=_unique("customer", "name"),
        writes=True,
        turns=900,
    )


def _unique(table: str, column: str) -> Any:
    async def prepare(past: Connection) -> None:
        await past.execute(
            f"delete from app.{table} a using app.{table} b where a.ctid > b.ctid and a.{column} = b.{column}"  # noqa: S608  our own names
        )
        await past.execute(f"create unique index planted on app.{table} ({column})")

    return prepare
