"""What a value is, told from its class.

Looking at the set of classes of a whole level costs a tenth of looking at each value, and nearly always one look
is enough: all values are rows.
"""

from graphql import Undefined

from tenancy.record import Part, Row

NOTHING_THERE = frozenset({type(None), type(Undefined)})
"""Classes of the values that mean null."""

ORDINARY: set[type] = set()
"""Classes known to be values: neither null nor an error nor something to await."""

RECORDS: set[type] = set()
"""Classes known to be database rows: read by item. All others are read by attribute."""

STANDING_IN: set[type] = set()
"""Those, and the classes of what came along with other rows: they stand in for a type of the contract."""

_KNOWN_AT_MOST = 10_000


def all_ordinary(kinds: set[type]) -> bool:
    """Whether values of these classes need no sorting out."""
    return kinds <= ORDINARY or all(map(_learn, kinds - ORDINARY))


def _learn(kind: type) -> bool:
    if kind in NOTHING_THERE or issubclass(kind, Exception) or hasattr(kind, "__await__"):
        return False
    if hasattr(kind, "gi_code"):  # generators may be coroutines of the old style
        return False
    if len(ORDINARY) >= _KNOWN_AT_MOST:
        ORDINARY.clear()
        RECORDS.clear()
        STANDING_IN.clear()
    ORDINARY.add(kind)
    if issubclass(kind, Row):
        RECORDS.add(kind)
    if issubclass(kind, Row | Part):
        STANDING_IN.add(kind)
    return True
