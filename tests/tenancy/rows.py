"""One row of every table for each of two tenants, made from the tables themselves: a new table is included."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Column, Uuid
from sqlalchemy import Table as CoreTable

from tenancy.tables import Table
from tests.tenancy.connections import Connection

NOW = datetime(2025, 6, 15, 9, tzinfo=UTC)

_BY_TYPE: Mapping[type, Any] = {
    str: "text",
    bool: False,
    float: 1.0,
    int: 1,
    Decimal: Decimal(1),
    date: date(2025, 6, 15),
    datetime: NOW,
    object: "{}",
    list: [],
    bytes: b"bytes",
}

# What the types alone do not tell.
_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "entitlement": {"is_consumable": True},
    "timeline_entry": {"record_type": "NOTE"},
    "partner_relationship": {"partner_tenant_id": None},
    "freshness": {"source": "licences"},
    "webhook_delivery": {"due_at": NOW},
    "licence_use": {"month": date(2025, 6, 1)},
    "portfolio_use": {"month": date(2025, 6, 1)},
    "portfolio_month": {"month": date(2025, 6, 1)},
}
_TARGETS = {"incident_share": "user_id", "routing_rule": "assignee_id"}


@dataclass(frozen=True)
class Owner:
    """A tenant whose rows all have ids that follow from its name."""

    name: str

    @property
    def id(self) -> str:
        return self.row("tenant")

    def row(self, table: str) -> str:
        """The id of this tenant's row in a table."""
        return str(uuid5(NAMESPACE_OID, f"{self.name}/{table}"))

    def values(self, table: CoreTable) -> dict[str, Any]:
        """A row of the table: every column that may not be left out."""
        return dict(self._values(table)) | dict(_CHOICES.get(table.name, {})) | self._others(table)

    def _values(self, table: CoreTable) -> Iterator[tuple[str, Any]]:
        for column in table.columns:
            needed = not column.nullable and column.server_default is None and column.identity is None
            if column.name == "id" and isinstance(column.type, Uuid):
                yield column.name, self.row(table.name)
            elif needed or column.name == _TARGETS.get(table.name):
                yield column.name, self._value(column)

    def _value(self, column: "Column[Any]") -> Any:
        if isinstance(column.type, Uuid):
            targets = {key.column.table.name for key in column.foreign_keys}
            if column.name == "tenant_id":
                return self.id
            return self.row(targets.pop() if targets else column.name)
        kind = column.type.python_type
        if issubclass(kind, enum.Enum):
            return next(iter(kind)).value
        return _BY_TYPE[kind]

    def _others(self, table: CoreTable) -> dict[str, str]:
        others = {
            "partner_relationship": {"partner_tenant_id": PARTNER.id},
            "rate_bucket": {"key": self.name},
            "browser_record": {"key": self.name},
        }
        return others.get(table.name, {})


A, B, PARTNER = Owner("A"), Owner("B"), Owner("P")


async def insert(connection: Connection, table: CoreTable, values: Mapping[str, Any]) -> None:
    """Inserts one row; the statement names every column given."""
    columns, places = ", ".join(values), ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await connection.execute(f"insert into {table.fullname} ({columns}) values ({places})", *values.values())  # noqa: S608 (names from the metadata)


async def furnish(connection: Connection) -> None:
    """Puts a row into every table, for A and for B; `connection` is the superuser's."""
    tenant = Table.metadata.tables["app.tenant"]
    await insert(connection, tenant, PARTNER.values(tenant) | {"kind": "PARTNER"})
    for owner in (A, B):
        for table in Table.metadata.sorted_tables:
            if table.name == "consumption_total":
                # The ledger's own trigger may have been here before.
                await connection.execute("delete from app.consumption_total where tenant_id = $1", owner.id)
            await insert(connection, table, owner.values(table))
