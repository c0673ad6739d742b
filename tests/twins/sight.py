"""Which rows one person may see, computed once more from the rows alone, by the text of the rules (3.4, 3.5, 5.8).

Nothing here shares code with the product. Where a rule lets a figure through and not its rows (D-8, D-19, D-35), the
rows count as hidden; what feeds the figure is left alone by `change`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from gateway.demo.people import Person
from tests.twins.books import Book, Row
from tests.world import NOON, TODAY

DESK: Final = {"SERVICE_MANAGER", "SERVICE_REPRESENTATIVE"}
RUNS: Final = {"GLOBAL_ADMIN", "CSAM", "ACCOUNT_COORDINATOR"}
AGENTS: Final = {"PARTNER_GLOBAL_ADMIN", "PARTNER_ADMIN_AGENT"}


@dataclass(frozen=True)
class Sight:
    """One person in one tenant, over the rows of a database; `admitted` as if no account rule kept it out (3.4)."""

    book: Book
    person: Person
    tenant: str
    admitted: bool = False

    def rows(self, table: str, **equal: Any) -> Iterator[Row]:
        """Rows of a table with these values."""
        return (row for row in self.book[table] if all(row[name] == value for name, value in equal.items()))

    def own(self, table: str) -> Iterator[Row]:
        """Rows of the tenant."""
        return self.rows(table, tenant_id=self.tenant)

    @cached_property
    def me(self) -> str | None:
        found = self.rows("app_user", tid=self.person.tid, oid=self.person.oid)
        return next((row["id"] for row in found), None)

    @cached_property
    def roles(self) -> set[str]:
        own = {row["role"] for row in self.rows("role_grant", user_id=self.me, workspace_id=None) if self._here(row)}
        return own | set(self._lent()) if self.person.account_type == "WORK_SCHOOL" else own

    def _here(self, row: Row) -> bool:
        return bool(row["tenant_id"] == self.tenant)

    def _lent(self) -> Iterator[str]:
        for link in self.own("partner_relationship"):
            grants = self.rows("role_grant", user_id=self.me, tenant_id=link["partner_tenant_id"])
            agent = any(grant["role"] in AGENTS for grant in grants)
            runs = link["kind"] == "DELEGATED" and link["status"] in ("ACTIVE", "EXPIRING")
            if agent and runs and (link["ends_at"] > NOON or link["auto_extend_days"]):
                yield from link["roles"]

    @cached_property
    def places(self) -> dict[str, set[str]]:
        """Workspace -> the roles held in it; without membership none."""
        found: dict[str, set[str]] = {}
        for row in self.rows("role_grant", user_id=self.me):
            if row["workspace_id"] and self._here(row):
                found.setdefault(row["workspace_id"], set()).add(row["role"])
        if "SERVICES_ADMIN" in self.roles:
            for row in self.own("workspace"):
                if row["is_default"]:
                    found.setdefault(row["id"], set()).update({"MEMBER", "WORKSPACE_ADMIN"})
        return {key: roles for key, roles in found.items() if "MEMBER" in roles}

    @property
    def runs(self) -> bool:
        return bool(self.roles & RUNS)

    @property
    def desk(self) -> bool:
        return bool(self.roles & DESK)

    @cached_property
    def entered(self) -> set[str]:
        """The workspaces that the person enters."""
        wide = bool(self.roles & (RUNS | DESK | {"INCIDENT_MANAGER"}))
        return {row["id"] for row in self.own("workspace") if (wide or row["id"] in self.places) and self._admits(row)}

    def _admits(self, place: Row) -> bool:
        if self.admitted or self.person.account_type != "PERSONAL":
            return True
        programs = {
            agreement["program"]
            for link in self.rows("workspace_package", workspace_id=place["id"])
            for package in self.rows("package", id=link["package_id"])
            for agreement in self.rows("agreement", id=package["agreement_id"])
            if agreement["activated_at"] and agreement["starts_on"] <= TODAY <= agreement["ends_on"]
        }
        return "PREMIER" in programs or ("UNIFIED" in programs and place["allow_personal_accounts"])

    def holds(self, place: str | None, *roles: str) -> bool:
        """Whether the person has one of these roles in a workspace that it enters."""
        return place in self.entered and bool(self.places.get(str(place), set()) & set(roles))

    @cached_property
    def cases(self) -> set[str]:
        """5.8: visible(u, c)"""
        return {row["id"] for row in self.own("incident") if self._sees(row)}

    def _sees(self, case: Row) -> bool:
        place = case["workspace_id"]
        if place is None:
            return self.desk
        if place not in self.entered:
            return False
        shares = list(self.rows("incident_share", incident_id=case["id"]))
        return bool(
            self.runs
            or self.desk
            or self.holds(place, "WORKSPACE_ADMIN", "VIEW_ALL_SUPPORT_REQUESTS")
            or (self.me and case["primary_contact_user_id"] == self.me)
            or any(self.me and share["user_id"] == self.me for share in shares)
            or any(share["group_id"] in self.groups for share in shares)
        )

    @cached_property
    def groups(self) -> set[str]:
        """The groups that the person is in."""
        return {row["group_id"] for row in self.rows("support_group_member", user_id=self.me)} if self.me else set()

    @cached_property
    def packages(self) -> set[str]:
        """WS-7: packages that are mapped to a workspace that the person enters."""
        links = self.own("workspace_package")
        return {row["package_id"] for row in links if self.runs or row["workspace_id"] in self.entered}

    @property
    def partners(self) -> bool:
        """Whether the person reads aggregates of customers here (PC-1)."""
        return any(role.startswith("PARTNER_") and "HELPDESK" not in role for role in self.roles)


def homes(book: Book, person: Person) -> list[str]:
    """The tenants that the person may be in."""
    tenants = [row["id"] for row in book["tenant"]]
    sights = {tenant: Sight(book, person, tenant) for tenant in tenants}
    return [tenant for tenant, sight in sights.items() if sight.roles or sight.places]


def customers(book: Book, home: str) -> set[str]:
    """Whom a partner sold something to, by its reseller links (D-27)."""
    return {
        row["tenant_id"]
        for row in book["partner_relationship"]
        if row["partner_tenant_id"] == home and row["kind"] == "RESELLER"
    }
