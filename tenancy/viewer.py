"""Who asks: the principal of a token, in one tenant, with the rights that the tables give at this moment.

A viewer is made anew for every operation, inside its transaction (H-8), so a right that was taken away is gone
with the next request. The key of a person is `(tid, oid)`; mail and names decide nothing (3.3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tenancy.errors import AccountTypeNotAllowed, Forbidden, NotFound
from tenancy.identity import Identity
from tenancy.permissions import Action, allows
from tenancy.words import AccountType, PersonalAccounts, Role, TenantKind

NO_ROLES: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Home:
    """A tenant in which the viewer holds a role, by grant or through a delegated relationship (3.5)."""

    id: str
    name: str
    kind: TenantKind
    entra_tenant_id: str | None
    delegated: bool = False


@dataclass(frozen=True)
class Viewer:
    """One principal in one tenant. `workspace_roles` holds memberships only; `standing` says, for each workspace that
    the account rule was asked about, why a personal account is admitted or not."""

    identity: Identity
    user_id: str | None = None
    tenant: Home | None = None
    tenants: tuple[Home, ...] = ()
    tenant_roles: frozenset[Role] = NO_ROLES
    workspace_roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    standing: Mapping[str, PersonalAccounts] = field(default_factory=dict)
    mark: str | None = field(default=None, repr=False, compare=False)
    """The grants as the tables hold them, where the viewer follows from them alone; see `tenancy.glance`."""
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What follows from all this and others have worked out already, by whatever name."""

    @property
    def account_type(self) -> AccountType:
        return self.identity.account_type

    @property
    def tenant_id(self) -> str | None:
        return self.tenant.id if self.tenant else None

    # --- what the account rule leaves (3.4)

    @cached_property
    def barred(self) -> frozenset[str]:
        """Workspaces that the viewer's account type keeps it out of."""
        return frozenset(key for key, why in self.standing.items() if why is PersonalAccounts.BLOCKED)

    @cached_property
    def enters_all(self) -> bool:
        """Whether a customer-level role opens every workspace of the tenant, without asking for each."""
        return self._tenant_may(Action.ENTER_EVERY_WORKSPACE) and self.account_type is not AccountType.PERSONAL

    @cached_property
    def entered(self) -> tuple[str, ...]:
        """Workspaces that the viewer may enter, when `enters_all` does not say it: memberships admitted by 3.4, and
        for a personal account with a customer-level role all workspaces that admit it."""
        wide = self.standing if self._tenant_may(Action.ENTER_EVERY_WORKSPACE) else {}
        members = self.where(Action.ENTER_WORKSPACE)
        return tuple(sorted((set(wide) | set(members)) - self.barred))

    def may_enter(self, workspace_id: str) -> bool:
        return (self.enters_all and workspace_id not in self.barred) or workspace_id in self.entered

    # --- what the roles open

    def may(self, action: Action, workspace_id: str | None = None) -> bool:
        """Whether the viewer may do this in the tenant, or in a workspace of it that it can enter."""
        if self._tenant_may(action):
            return workspace_id is None or self.may_enter(workspace_id)
        return workspace_id is not None and workspace_id in self.where(action)

    def where(self, action: Action) -> tuple[str, ...]:
        """The workspaces in which a workspace role opens `action`; customer-level roles are not in here."""
        return tuple(
            key
            for key, roles in sorted(self.workspace_roles.items())
            if key not in self.barred and allows(self.account_type, roles, action)
        )

    def everywhere(self, action: Action) -> bool:
        """Whether a role in the whole tenant opens `action`."""
        return self._tenant_may(action)

    def somewhere(self, action: Action) -> bool:
        return self._tenant_may(action) or bool(self.where(action))

    @cached_property
    def shut_out(self) -> bool:
        """Whether the account rule leaves nothing at all of what the memberships would open (A-01)."""
        return bool(self.barred) and not self.entered and not self.tenant_roles

    def roles_in(self, workspace_id: str) -> frozenset[Role]:
        return self.workspace_roles.get(workspace_id, NO_ROLES)

    def _tenant_may(self, action: Action) -> bool:
        return allows(self.account_type, self.tenant_roles, action)

    # --- other standpoints of the same principal

    @cached_property
    def if_admitted(self) -> "Viewer":
        """The same viewer without the account rule: tells a barred member from a stranger (A-01, D-31)."""
        return replace(self, standing=dict.fromkeys(self.standing, PersonalAccounts.OVERRIDE))

    def visiting(self, customer: Home) -> "Viewer":
        """A partner's viewer while it reads aggregates of one customer: roles of the partner, rows of the customer."""
        return replace(self, tenant=customer, workspace_roles={}, standing={})


def require(
    viewer: Viewer,
    action: Action,
    workspace_id: str | None = None,
    *,
    rule: str | None = None,
    field: str | None = None,
) -> None:
    """Refuse unless the viewer may: NOT_FOUND where it cannot enter, FORBIDDEN where a role is missing (D-31).

    `field` names the input that the workspace came in, where there are several."""
    if viewer.account_type is AccountType.APPLICATION and not viewer.may(action, workspace_id):
        raise Forbidden(rule="D-30")
    if workspace_id is not None and not viewer.may_enter(workspace_id):
        raise AccountTypeNotAllowed(rule="WS-22") if workspace_id in viewer.barred else NotFound(field=field)
    if not viewer.may(action, workspace_id):
        raise Forbidden(rule=rule)


@dataclass(frozen=True)
class Grant:
    """One line of the viewer's own grants, as the tables hold it."""

    home: Home
    workspace_id: str | None
    role: Role


def choose(identity: Identity, user_id: str | None, grants: Iterable[Grant], wanted: str | None) -> Viewer:
    """The viewer in the tenant that was asked for, else its home tenant, else the first by name.

    A header may select among tenants with a grant; it never grants (3.3). Asking for another is NOT_FOUND.
    """
    held = list(grants)
    homes = _homes(held)
    tenant = _wanted(homes, wanted) if wanted else _default(homes, identity)
    inside = [grant for grant in held if tenant and grant.home.id == tenant.id]
    return Viewer(
        identity=identity,
        user_id=user_id,
        tenant=tenant,
        tenants=tuple(homes),
        tenant_roles=frozenset(grant.role for grant in inside if grant.workspace_id is None),
        workspace_roles=_by_workspace(inside),
    )


def _homes(grants: list[Grant]) -> list[Home]:
    direct: dict[str, Home] = {}
    for grant in sorted(grants, key=lambda each: each.home.delegated):
        direct.setdefault(grant.home.id, grant.home)
    return sorted(direct.values(), key=lambda home: (home.delegated, home.name, home.id))


def _wanted(homes: list[Home], wanted: str) -> Home:
    for home in homes:
        if home.id == wanted:
            return home
    raise NotFound(field="X-Tenant")


def _default(homes: list[Home], identity: Identity) -> Home | None:
    own = [home for home in homes if home.entra_tenant_id == identity.tid and not home.delegated]
    return next(iter(own or homes), None)


def _by_workspace(grants: list[Grant]) -> dict[str, frozenset[Role]]:
    found: dict[str, set[Role]] = {}
    for grant in grants:
        if grant.workspace_id is not None:
            found.setdefault(grant.workspace_id, set()).add(grant.role)
    return {key: frozenset(roles) for key, roles in found.items() if Role.MEMBER in roles}


def described(viewer: Viewer) -> dict[str, Any]:
    """What a log line may say about a viewer: no names, no mail."""
    return {"account_type": viewer.account_type, "tenant": viewer.tenant_id, "user": viewer.user_id}
