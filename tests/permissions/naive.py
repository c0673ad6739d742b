"""Who sees what, computed once more from the records, as simply as it can be said (3.4, 5.3, 5.8, CA-12).

Nothing here shares code with the product: it reads the demo world's records and follows the text of the rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from gateway.demo.people import Person
from gateway.demo.world import records
from tests.world import NOON, TODAY

Row = dict[str, Any]
DESK = {"SERVICE_MANAGER", "SERVICE_REPRESENTATIVE"}
RUNS_CUSTOMER = {"GLOBAL_ADMIN", "CSAM", "ACCOUNT_COORDINATOR"}
ACTS_FOR_OTHERS = {"PARTNER_GLOBAL_ADMIN", "PARTNER_ADMIN_AGENT"}


@cache
def world() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for record in records(TODAY):
        found.setdefault(record["table"], []).append(record)
    return found


def rows(table: str, **equal: Any) -> Iterator[Row]:
    return (row for row in world()[table] if all(row.get(name) == value for name, value in equal.items()))


@dataclass(frozen=True)
class Sight:
    """What one person sees in one tenant."""

    person: Person
    tenant: str

    @property
    def tenant_roles(self) -> set[str]:
        own = {
            row["role"] for row in rows("role_grant", user_id=self.person.id, tenant_id=self.tenant, workspace_id=None)
        }
        return own | set(self._lent())

    def _lent(self) -> Iterator[str]:
        for link in rows("partner_relationship", tenant_id=self.tenant, kind="DELEGATED"):
            agent = any(
                grant["role"] in ACTS_FOR_OTHERS
                for grant in rows("role_grant", user_id=self.person.id, tenant_id=link["partner_tenant_id"])
            )
            if agent and link["status"] in ("ACTIVE", "EXPIRING") and datetime.fromisoformat(link["ends_at"]) > NOON:
                yield from link["roles"]

    def roles_in(self, workspace: Row) -> set[str]:
        held = {row["role"] for row in rows("role_grant", user_id=self.person.id, workspace_id=workspace["id"])}
        first = (
            {"MEMBER", "WORKSPACE_ADMIN"}
            if workspace["is_default"] and "SERVICES_ADMIN" in self.tenant_roles
            else set()
        )
        return held | first

    def admits(self, workspace: Row) -> bool:
        """3.4"""
        programs = set(_programs(workspace))
        if self.person.account_type != "PERSONAL" or "PREMIER" in programs:
            return True
        return "UNIFIED" in programs and bool(workspace.get("allow_personal_accounts"))

    def enters(self, workspace: Row) -> bool:
        wide = self.tenant_roles & (RUNS_CUSTOMER | DESK | {"INCIDENT_MANAGER"})
        return bool(wide or "MEMBER" in self.roles_in(workspace)) and self.admits(workspace)

    def lists(self, workspace: Row) -> bool:
        return self.enters(workspace) and bool(self.tenant_roles & RUNS_CUSTOMER or self.roles_in(workspace))

    @property
    def shut_out(self) -> bool:
        mine = [place for place in rows("workspace", tenant_id=self.tenant) if self.roles_in(place)]
        return bool(mine) and not self.tenant_roles and not any(map(self.admits, mine))

    def sees_agreement(self, agreement: Row) -> bool:
        if self.tenant_roles & RUNS_CUSTOMER:
            return True
        packages = {row["id"] for row in rows("package", agreement_id=agreement["id"])}
        return any(
            self.enters(place)
            and any(row["package_id"] in packages for row in rows("workspace_package", workspace_id=place["id"]))
            for place in rows("workspace", tenant_id=self.tenant)
        )

    def sees_case(self, case: Row) -> bool:
        """5.8: visible(u, c)"""
        if case["workspace_id"] is None:
            return bool(self.tenant_roles & DESK)
        (place,) = rows("workspace", id=case["workspace_id"])
        if not self.enters(place):
            return False
        return bool(
            self.tenant_roles & (RUNS_CUSTOMER | DESK)
            or self.roles_in(place) & {"WORKSPACE_ADMIN", "VIEW_ALL_SUPPORT_REQUESTS"}
            or case["primary_contact_user_id"] == self.person.id
            or any(rows("incident_share", incident_id=case["id"], user_id=self.person.id))
            or any(self._is_in(share["group_id"]) for share in rows("incident_share", incident_id=case["id"]))
        )

    def _is_in(self, group: str | None) -> bool:
        return group is not None and any(rows("support_group_member", group_id=group, user_id=self.person.id))


def _programs(workspace: Row) -> Iterator[str]:
    for mapping in rows("workspace_package", workspace_id=workspace["id"]):
        for package in rows("package", id=mapping["package_id"]):
            for agreement in rows("agreement", id=package["agreement_id"]):
                if agreement["activated_at"] and _holds(agreement):
                    yield agreement["program"]


def _holds(agreement: Row) -> bool:
    return date.fromisoformat(agreement["starts_on"]) <= TODAY <= date.fromisoformat(agreement["ends_on"])


def tenants_of(person: Person) -> list[str]:
    """The tenants that the person may be in, by the same rules."""
    granted = {row["tenant_id"] for row in rows("role_grant", user_id=person.id)}
    known = [row["id"] for row in rows("tenant")]
    return [id for id in known if id in granted or Sight(person, id).tenant_roles]
