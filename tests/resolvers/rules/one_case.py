"""One case and the ledger it writes: what the tests of charges share."""

from dataclasses import replace
from decimal import Decimal

from resolvers.rules.decrement import Balance, Charge, Claimant, Entry, Terms, settle
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, DecreaseOn, Origin

CREATION, RESOLUTION = DecreaseOn.CASE_CREATION, DecreaseOn.CASE_RESOLUTION


class Ledger:
    """Driven as the commands drive it: refused changes do not happen."""

    def __init__(self, *entitlements: Terms) -> None:
        self.terms = {terms.id: terms for terms in entitlements}
        self.case: Claimant | None = None
        self.open: dict[str, Charge] = {}
        self.rows: list[Entry] = []

    def change(self, to: str | None = None, **facts: object) -> Refused | None:
        before = self.case and replace(self.case, entitlement=self._now(self.case.entitlement))
        after = replace(before or Claimant(None), **facts)  # type: ignore[arg-type]  # any field of a claimant
        if to is not None:
            after = replace(after, entitlement=self._now(self.terms[to]))
        entries = settle(before, after, self.open.values())
        if isinstance(entries, Refused):
            return entries
        self.case = after
        for entry in entries:
            self._write(entry)
        return None

    def _write(self, entry: Entry) -> None:
        if entry.reverses_id is None:
            key = str(len(self.rows))
            self.open[key] = Charge(key, entry.entitlement_id, entry.quantity, entry.origin, entry.workspace_id)
        else:
            assert entry.quantity == -self.open.pop(entry.reverses_id).quantity
        self.rows.append(entry)

    def _now(self, terms: Terms | None) -> Terms | None:
        if terms is None:
            return None
        terms = self.terms[terms.id]
        channels = {
            origin: replace(balance, used=self.used(terms.id, origin)) for origin, balance in terms.channels.items()
        }
        return replace(terms, balance=replace(terms.balance, used=self.used(terms.id)), channels=channels)

    def used(self, entitlement: str, origin: Origin | None = None) -> Decimal:
        rows = [row for row in self.rows if row.entitlement_id == entitlement and origin in (None, row.origin)]
        return sum((row.quantity for row in rows), Decimal("0.00"))

    def left(self, entitlement: str = "E1") -> str:
        terms = self._now(self.terms[entitlement])
        assert terms is not None
        return str(terms.balance.remaining)


def cases(decrease_on: DecreaseOn, total: int = 10, id: str = "E1", restricted: bool = False) -> Terms:
    return Terms(id, AllocationType.CASES, decrease_on, Balance(Decimal(total)), restricted)


def hours(total: int = 10) -> Terms:
    return Terms("E1", AllocationType.HOURS, RESOLUTION, Balance(Decimal(total)))
