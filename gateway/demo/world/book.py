"""The book of one organisation: its rows by name, as records that the importer reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.demo import ids
from gateway.demo.world.days import Days

Record = dict[str, Any]
Records = Iterator[Record]


class Book:
    """Writes records of one tenant. A row called `W1` gets the id `ids.of("contoso/W1")`."""

    def __init__(self, tenant: str, days: Days) -> None:
        self.tenant = tenant
        self.days = days
        self._rows: dict[str, Record] = {}

    def row(self, table: str, name: str, /, **columns: Any) -> Record:
        """A row with an id of its own, remembered by its name."""
        record = self.link(table, id=self.id(name), **columns)
        self._rows[name] = record
        return record

    def link(self, table: str, /, **columns: Any) -> Record:
        """A row whose key is made of references, or that the database numbers."""
        return {"table": table, "tenant_id": ids.of(self.tenant), **columns}

    def id(self, name: str) -> str:
        return ids.of(f"{self.tenant}/{name}")

    def reference(self, name: str | None) -> str | None:
        return None if name is None else self.id(name)

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        """A row that was written before."""
        return self._rows[name]

    def sla_of(self, entitlement: str) -> str | None:
        """The name of the SLA that an entitlement carries."""
        key = self[entitlement].get("sla_id")
        return next((name for name, row in self._rows.items() if row["id"] == key), None) if key else None

    def items_of(self, sla: str) -> Sequence[str]:
        """The names of an SLA's items."""
        return [name for name, row in self._rows.items() if row.get("sla_id") == self.id(sla) and "kpi" in row]
