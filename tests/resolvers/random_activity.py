"""Random customers with everything that Customer Activity is about, and what its figures must be, computed once more.

The second computation is as simple as it can be said: it shares no code with the product and reads plain records.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from gateway.demo import ids
from tests.ground import Address
from tests.world import TODAY

Row = dict[str, Any]
CATEGORIES = ("BUILT_IN_PROACTIVE", "ADVISORY_SUPPORT", "REACTIVE_SUPPORT", "ON_DEMAND_EDUCATION", "SUPPORT_CONTACTS")
SERVICES = ("ADVISORY", "PROBLEM_RESOLUTION")
CONTACTS = ("ann", "bo", "cy", "sia", "lea")


@dataclass
class Customer:
    """One random customer: rows by table, and how to draw them."""

    seed: int
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draw = Random(self.seed)
        self.tenant = self.id()
        self.rows["tenant"] = [{"id": self.tenant, "kind": "CUSTOMER", "name": f"Customer {self.seed}"}]
        for step in (self._places, self._agreements, self._lines, self._cases, self._ledger, self._grants):
            step()

    def id(self) -> str:
        return str(UUID(int=self.draw.getrandbits(128), version=4))

    def add(self, table: str, **columns: Any) -> Row:
        row = {"tenant_id": self.tenant, **columns}
        self.rows.setdefault(table, []).append(row)
        return row

    def day(self) -> date:
        return TODAY + timedelta(days=self.draw.randint(-300, 120))

    def past_day(self) -> date:
        return TODAY - timedelta(days=self.draw.randint(0, 300))

    def one(self, table: str) -> Row:
        return self.draw.choice(self.rows[table])

    def _places(self) -> None:
        for number in range(self.draw.randint(2, 4)):
            made = {"created_by": ids.user("gil"), "created_at": datetime(2024, 1, 1, tzinfo=UTC)}
            self.add("workspace", id=self.id(), name=f"Place {number}", is_default=number == 0, **made)
        self.add("customer", id=self.id(), kind="ACCOUNT", name="Self", is_self=True)

    def _agreements(self) -> None:
        for number in range(self.draw.randint(1, 3)):
            first, last = sorted((self.day(), self.day()))
            activated = (
                datetime(first.year, first.month, first.day, 9, tzinfo=UTC) if self.draw.random() < 0.8 else None
            )
            own = {"program": "UNIFIED", "starts_on": first, "ends_on": last, "activated_at": activated}
            agreement = self.add("agreement", id=self.id(), number=f"N{number}", **own)
            for section in ("ENTERPRISE_WIDE", "ENTERPRISE_WIDE", "ADD_ON"):
                dates = {"starts_on": first, "ends_on": last}
                named = {"external_id": "P", "name": "P", "section": section}
                package = self.add("package", id=self.id(), agreement_id=agreement["id"], **named, **dates)
                for place in self.rows["workspace"]:
                    if self.draw.random() < 0.5:
                        self.add("workspace_package", workspace_id=place["id"], package_id=package["id"])

    def _lines(self) -> None:
        for package in self.rows["package"]:
            for category in self.draw.sample(CATEGORIES, self.draw.randint(1, 4)):
                unit = "HOURS" if category in ("BUILT_IN_PROACTIVE", "ADVISORY_SUPPORT") else "UNITS"
                self.add(
                    "entitlement",
                    id=self.id(),
                    package_id=package["id"],
                    name=category,
                    category=category,
                    is_consumable=self.draw.random() < 0.9,
                    allocation_type=unit,
                    decrease_on="CASE_RESOLUTION",
                    total_terms=self.draw.choice((None, Decimal(self.draw.randint(0, 9000)) / 100)),
                    state="ACTIVE",
                    starts_on=package["starts_on"],
                    ends_on=package["ends_on"],
                )

    def _cases(self) -> None:
        for number in range(self.draw.randint(5, 20)):
            agreement, package, line = self._bought()
            created = datetime.combine(self.past_day(), datetime.min.time(), UTC) + timedelta(hours=8)
            self.add(
                "incident",
                id=self.id(),
                workspace_id=self.one("workspace")["id"],
                ticket_number=f"T{number}",
                title=f"Case {number}",
                customer_id=self.rows["customer"][0]["id"],
                support_kind=self.draw.choice((*SERVICES, "OTHER")),
                classification=self.draw.choice((None, None, "SU", "REC")),
                agreement_id=agreement,
                package_id=package,
                entitlement_id=line,
                state="ACTIVE",
                status="IN_PROGRESS",
                owner_id=ids.user("rob"),
                created_by=ids.user("rob"),
                created_at=created,
                modified_at=created,
            )

    def _bought(self) -> tuple[str | None, str | None, str | None]:
        line = self.one("entitlement")
        package = next(row for row in self.rows["package"] if row["id"] == line["package_id"])
        depth = self.draw.randint(0, 3)
        found = (package["agreement_id"], package["id"], line["id"])
        return tuple(id if place < depth else None for place, id in enumerate(found))  # type: ignore[return-value]  # three

    def _ledger(self) -> None:
        for line in self.rows["entitlement"]:
            for _ in range(self.draw.randint(0, 12) if line["is_consumable"] else 0):
                case = self.draw.choice((None, None, self.one("incident")))
                self.add(
                    "consumption",
                    id=self.id(),
                    entitlement_id=line["id"],
                    workspace_id=case["workspace_id"] if case else self.one("workspace")["id"],
                    incident_id=case["id"] if case else None,
                    quantity=Decimal(self.draw.choice((1, -1)) * self.draw.randint(1, 2500)) / 100,
                    occurred_on=self.past_day(),
                    recorded_at=datetime(2025, 6, 1, tzinfo=UTC),
                )

    def _grants(self) -> None:
        when = {"granted_at": datetime(2025, 1, 1, tzinfo=UTC)}
        self.add("role_grant", user_id=ids.user("gil"), role="GLOBAL_ADMIN", **when)
        for place in self.rows["workspace"]:
            if place["is_default"]:
                self._member("cam", place["id"], "CUSTOMER_ACTIVITY")
            for person in self.draw.sample(CONTACTS, self.draw.randint(0, 4)):
                self._member(person, place["id"], "SUPPORT_CONTACT")

    def _member(self, person: str, place: str, role: str) -> None:
        for each in ("MEMBER", role):
            when = {"granted_at": datetime(2025, 1, 1, tzinfo=UTC)}
            self.add("role_grant", user_id=ids.user(person), workspace_id=place, role=each, **when)

    # --- the second computation

    def where(self, table: str, **equal: Any) -> Iterator[Row]:
        rows = self.rows.get(table, [])
        return (row for row in rows if all(row.get(name) == value for name, value in equal.items()))

    def mapped(self, package: str) -> set[str]:
        return {row["workspace_id"] for row in self.where("workspace_package", package_id=package)}

    def groups(self, selected: set[str], day: date) -> dict[tuple[str, str, bool], list[Row]]:
        """The lines of the enterprise-wide section by what may be added up."""
        found: dict[tuple[str, str, bool], list[Row]] = {}
        for line in self.rows["entitlement"]:
            (package,) = self.where("package", id=line["package_id"])
            (agreement,) = self.where("agreement", id=package["agreement_id"])
            runs = agreement["activated_at"] and agreement["activated_at"].date() <= day
            runs = runs and agreement["starts_on"] <= day <= agreement["ends_on"]
            if runs and package["section"] == "ENTERPRISE_WIDE" and self.mapped(package["id"]) & selected:
                key = (line["category"], line["allocation_type"], line["is_consumable"])
                found.setdefault(key, []).append(line)
        return found

    def used(self, lines: list[Row], day: date, selected: set[str] | None = None) -> Decimal:
        ids_ = {line["id"] for line in lines}
        return sum(
            (
                row["quantity"]
                for row in self.where("consumption")
                if row["entitlement_id"] in ids_
                and row["occurred_on"] <= day
                and (selected is None or row["workspace_id"] in selected)
            ),
            Decimal("0.00"),
        )

    def people(self, lines: list[Row], selected: set[str] | None = None) -> Decimal:
        places = {place for line in lines for place in self.mapped(line["package_id"])}
        places = places if selected is None else places & selected
        held = {row["user_id"] for row in self.where("role_grant", role="SUPPORT_CONTACT")}
        return Decimal(
            sum(
                any(
                    list(self.where("role_grant", user_id=one, role="SUPPORT_CONTACT", workspace_id=place))
                    for place in places
                )
                for one in held
            )
        )

    def additional(self, service: str, selected: set[str], day: date) -> dict[str, set[str]]:
        """The additional cases of one service, each with its reasons."""
        found: dict[str, set[str]] = {}
        for case in self.where("incident", support_kind=service):
            if case["workspace_id"] in selected and case["created_at"].date() <= day:
                reasons = set(self._reasons(case, selected, day))
                found |= {case["id"]: reasons} if reasons else {}
        return found

    def _reasons(self, case: Row, selected: set[str], day: date) -> Iterator[str]:
        if case["classification"]:
            yield "CLASSIFIED"
        if not case["agreement_id"]:
            yield "MISSING_AGREEMENT"
            return
        (agreement,) = self.where("agreement", id=case["agreement_id"])
        if agreement["ends_on"] < day:
            yield "AGREEMENT_EXPIRED"
        packages = self.where("package", agreement_id=agreement["id"])
        if not any(self.mapped(package["id"]) & selected for package in packages):
            yield "AGREEMENT_NOT_MAPPED"
        if not case["package_id"]:
            yield "MISSING_PACKAGE"
        elif not case["entitlement_id"]:
            yield "MISSING_SERVICE"


async def insert(address: Address, customer: Customer) -> None:
    """Put the customer into a database that holds the people of the demo world."""
    connection = await asyncpg.connect(address.owner)
    try:
        for table, rows in customer.rows.items():
            for row in rows:
                places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
                await connection.execute(
                    f"insert into app.{table} ({', '.join(row)}) values ({places})",  # noqa: S608  names of our own
                    *row.values(),
                )
    finally:
        await connection.close()
