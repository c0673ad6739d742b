"""Mistakes in how far a role reaches, and in keys of the database that forget whose they are."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from gateway.demo import ids as names
from tenancy import recognition, viewer
from tenancy.boundaries import floor
from tenancy.permissions import allows
from tenancy.viewer import Home, Viewer
from tenancy.words import TenantKind
from tests.tenancy.connections import Connection
from tests.twins.contract import OFTEN, near
from tests.twins.planting import Fault, replaced


def faults() -> Iterator[Fault]:
    """Roles that reach too far, and keys that reach over tenants."""
    yield from _roles()
    yield from _keys()


def _roles() -> Iterator[Fault]:
    cases = near("Query.case Case.title", "Query.cases(view) CaseConnection.totalCount")
    yield Fault(
        "a role in one workspace counts in all", replaced(Viewer, "where", _everywhere), ("cam",), cases, prepare=_apart
    )
    yield Fault(
        "the account rule is forgotten",
        replaced(Viewer, "barred", property(lambda self: frozenset())),
        ("pat", "pablo"),
        near("Query.workspace Workspace.name", "Query.workspaces WorkspaceConnection.totalCount"),
        prepare=_strict,
    )
    yield Fault(
        "a header opens its tenant",
        replaced(viewer, "_wanted", _whatever_is_wanted),
        ("ann", "cam"),
        near("Query.products ProductConnection.nodes Product.name", "Query.subjects SubjectConnection.nodes"),
    )
    yield Fault(
        "a member is taken for an administrator",
        replaced(floor, "allows", lambda account_type, roles, action: True),
        ("ann", "cam"),
        cases,
    )
    yield Fault(
        "relationships that ended still lend roles",
        _lent_for_ever,
        ("petra", "quin"),
        near(*OFTEN * ("Query.customers CustomerConnection.nodes Customer.name",)),
        policies=False,
        prepare=_over,
    )


async def _over(past: Connection) -> None:
    """Every delegated relationship has ended."""
    await past.execute("update app.partner_relationship set status = 'TERMINATED' where kind = 'DELEGATED'")


def _whatever_is_wanted(homes: list[Home], wanted: str) -> Home:
    """X-Tenant is believed: whoever asks stands in that tenant, without any role."""
    return next((home for home in homes if home.id == wanted), Home(wanted, "", TenantKind.CUSTOMER, None))


async def _apart(past: Connection) -> None:
    """Cam is in two workspaces, and oversees the cases of the first alone."""
    more = "delete from app.role_grant where user_id = $1 and role not in ('MEMBER', 'CUSTOMER_ACTIVITY')"
    await past.execute(more, names.user("cam"))
    await past.execute(
        "insert into app.role_grant (tenant_id, id, user_id, workspace_id, role, granted_at)"
        " select tenant_id, gen_random_uuid(), user_id, workspace_id, 'VIEW_ALL_SUPPORT_REQUESTS', granted_at"
        " from app.role_grant where user_id = $1 and workspace_id = $2 and role = 'MEMBER'",
        names.user("cam"),
        names.of("contoso/W1"),
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
    """Unique in the world and not in the tenant: whoever takes a name hears that a stranger has it (T-04)."""
    keys = {
        "names of groups": ("support_group", "name", "maya", "Mutation.createGroup"),
        "numbers of products": ("product", "number", "mo", "Mutation.createProduct"),
        "titles of subjects": ("subject", "title", "mo", "Mutation.createSubject"),
        "names of customers": ("customer", "name", "mo", "Mutation.createCustomer"),
    }
    for name, (table, column, person, field) in keys.items():
        yield Fault(
            f"{name} are unique in the world",
            people=(person,),
            near=near(field),
            prepare=_unique(table, column),
            writes=True,
        )


def _unique(table: str, column: str) -> Any:
    async def prepare(past: Connection) -> None:
        await past.execute(
            f"update app.{table} a set {column} = {column} || ' ' || left(id::text, 8) where exists"  # noqa: S608  our own names
            f" (select from app.{table} b where b.ctid < a.ctid and b.{column} = a.{column})"
        )
        await past.execute(f"create unique index planted on app.{table} ({column})")

    return prepare
