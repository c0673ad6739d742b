"""What may not be seen by one person: tenants that are wholly strange, and rows of its own tenants.

A row is hidden when no rule shows it. Columns that feed a figure which the person may read are never among those that
may be changed (D-8, D-19, D-35).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import md5
from uuid import UUID

from gateway.demo.people import Person
from tests.twins.books import Book, key_of
from tests.twins.sight import Sight, customers, homes

LICENCES = frozenset(
    {
        "subscription",
        "license_activity",
        "freshness",
        "licence_use",
        "portfolio_customer",
        "portfolio_licence",
        "portfolio_use",
    }
)
KEPT = {
    "incident": {"support_kind", "classification", "created_at", "closed_at", "state", "status"},
    "agreement": {"starts_on", "ends_on", "activated_at", "program"},
    "package": {"starts_on", "ends_on", "section"},
    "consumption": {"quantity", "occurred_on", "recorded_at", "origin"},
    "invitation": {"roles", "status", "created_at", "redeemed_at"},
    "role_grant": {"role", "workspace_id"},
    "workspace": {"is_default", "allow_personal_accounts"},
    "webhook": {"application_id"},
    "webhook_delivery": {"webhook_id"},
    "entitlement": {"starts_on", "ends_on", "category", "is_consumable", "allocation_type"},
}
"""Columns of hidden rows from which figures or decisions about visible things follow."""


COPIES = 2
"""So many more there are in the other twin of each hidden row of some tables."""


@dataclass
class Hidden:
    """`foreign`: tenants of which nothing may show; `shown`: those whose licences may, as sums. `rows`: keys of hidden
    rows of the person's own tenants, by table; of `unknown` ones not even that they are there: a member whom the
    account rule keeps out hears that of what it would see otherwise (A-01)."""

    book: Book
    person: Person
    rows: dict[str, set[str]] = field(default_factory=dict)
    unknown: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for admitted, found in ((False, self.rows), (True, self.unknown)):
            for tenant in self.homes:
                for table, id in _rows(Sight(self.book, self.person, tenant, admitted)):
                    # A partner reads what it sold to a customer as a partner, also where it works for that customer.
                    if table not in LICENCES or tenant not in self.shown:
                        found.setdefault(table, set()).add(id)
        self.rows["app_user"] = set(self._people())

    @cached_property
    def unspoken(self) -> set[str]:
        """Ids of copies that nobody may ask about: of what the account rule alone keeps from the person it would hear
        the reason, in one twin, and in the other that there is nothing. Whatever counts must not count them."""
        barred = (id for table, ids in self.rows.items() for id in ids - self.unknown.get(table, set()))
        return {copied(id, number) for id in barred for number in range(1, COPIES + 1)}

    @cached_property
    def homes(self) -> list[str]:
        return homes(self.book, self.person)

    @cached_property
    def foreign(self) -> set[str]:
        return {row["id"] for row in self.book["tenant"]} - set(self.homes)

    @cached_property
    def shown(self) -> set[str]:
        found: set[str] = set()
        for home in self.homes:
            if Sight(self.book, self.person, home).partners:
                found |= customers(self.book, home)
        return found

    @cached_property
    def named(self) -> set[str]:
        """Foreign tenants whose name is known, because a relationship ties them to one's own (3.5)."""
        found: set[str] = set()
        for row in self.book["partner_relationship"]:
            pair = {row["tenant_id"], row["partner_tenant_id"]}
            found |= pair if pair & set(self.homes) else set()
        return found

    def _people(self) -> Iterator[str]:
        """People who hold no role where the person may look; oneself is never among them."""
        seen: set[str | None] = {Sight(self.book, self.person, "").me}
        for tenant in self.homes:
            sight = Sight(self.book, self.person, tenant)
            for grant in sight.own("role_grant"):
                if grant["workspace_id"] is None or grant["workspace_id"] in sight.entered:
                    seen.add(grant["user_id"])
        yield from (row["id"] for row in self.book["app_user"] if row["id"] not in seen)


def copied(id: str, number: int) -> str:
    """The id of a copy, as the other twin's database makes it."""
    return str(UUID(md5(f"{id}{number}".encode(), usedforsecurity=False).hexdigest()))


def _rows(sight: Sight) -> Iterator[tuple[str, str]]:
    for found in (_places(sight), _bought(sight), _cases(sight), _webhooks(sight)):
        yield from found
    if not sight.runs:
        yield from (("agreement_contact", key_of("agreement_contact", row)) for row in sight.own("agreement_contact"))
        yield from (("audit_entry", row["id"]) for row in sight.own("audit_entry"))
    if not sight.desk:
        for table in ("queue", "queue_item", "routing_rule_set", "routing_rule"):
            yield from ((table, row["id"]) for row in sight.own(table))
    yield from (("outbox_event", row["id"]) for row in sight.own("outbox_event"))
    yield from (("export_job", row["id"]) for row in sight.own("export_job") if row["user_id"] != sight.me)
    for table in LICENCES if not sight.partners else ():
        yield from ((table, key_of(table, row)) for row in sight.own(table))


def _places(sight: Sight) -> Iterator[tuple[str, str]]:
    inside = sight.entered
    yield from (("workspace", row["id"]) for row in sight.own("workspace") if row["id"] not in inside)
    yield from (("support_group", row["id"]) for row in sight.own("support_group") if row["workspace_id"] not in inside)
    for row in sight.own("role_grant"):
        strange = row["workspace_id"] not in {*inside, None} and row["user_id"] != sight.me
        if strange and row["role"] not in ("MEMBER", "SUPPORT_CONTACT"):
            yield "role_grant", row["id"]
    for row in sight.own("invitation"):
        manages = sight.holds(row["workspace_id"], "WORKSPACE_ADMIN", "INVITE_USERS")
        if not ((sight.runs and row["workspace_id"] in inside) or manages):
            yield "invitation", row["id"]


def _bought(sight: Sight) -> Iterator[tuple[str, str]]:
    seen = sight.packages
    if not sight.runs:
        yield from (("package", row["id"]) for row in sight.own("package") if row["id"] not in seen)
        mapped = {row["agreement_id"] for row in sight.own("package") if row["id"] in seen}
        yield from (("agreement", row["id"]) for row in sight.own("agreement") if row["id"] not in mapped)
    for row in sight.own("entitlement"):
        apart = row["category"] != "SUPPORT_CONTACTS" and row["package_id"] not in seen
        if apart and not sight.runs and not sight.desk:
            yield "entitlement", row["id"]
    taught = {row["id"] for row in sight.rows("entitlement", category="ON_DEMAND_EDUCATION")}
    for row in sight.own("consumption"):
        reads = sight.runs or sight.holds(row["workspace_id"], "WORKSPACE_ADMIN", "CUSTOMER_ACTIVITY")
        if row["entitlement_id"] in taught and sight.holds(row["workspace_id"], "LEARNING_MANAGER"):
            continue  # the education report shows them (D-21)
        if not reads or (row["incident_id"] and row["incident_id"] not in sight.cases):
            yield "consumption", row["id"]


def _webhooks(sight: Sight) -> Iterator[tuple[str, str]]:
    """D-30: an application's own, and the administrator's who says which applications there are."""
    manages = "PARTNER_GLOBAL_ADMIN" in sight.roles
    hidden = {row["id"] for row in sight.own("webhook") if not manages and row["application_id"] != sight.me}
    yield from (("webhook", id) for id in hidden)
    for row in sight.own("webhook_delivery"):
        if row["webhook_id"] in hidden:
            yield "webhook_delivery", row["id"]


def _cases(sight: Sight) -> Iterator[tuple[str, str]]:
    seen = sight.cases
    yield from (("incident", row["id"]) for row in sight.own("incident") if row["id"] not in seen)
    for table in ("timeline_entry", "sla_kpi_instance", "incident_share"):
        yield from ((table, row["id"]) for row in sight.own(table) if row["incident_id"] not in seen)
    if sight.desk:
        return
    mine = [row for row in sight.own("incident") if row["id"] in seen]
    named = {row[column] for row in mine for column in ("customer_id", "contact_id")}
    for row in sight.own("customer"):
        if not (row["is_self"] or row["id"] in named or sight.runs):
            yield "customer", row["id"]
    linked = {row["article_id"] for row in sight.own("incident_article") if row["incident_id"] in seen}
    yield from (("knowledge_article", row["id"]) for row in sight.own("knowledge_article") if row["id"] not in linked)
