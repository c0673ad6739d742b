"""What the generators of rows share."""

from dataclasses import dataclass

CONSUMPTIONS = 25  # per entitlement


@dataclass(frozen=True)
class Step:
    """One statement of a generator, and how many rows it makes."""

    noun: str
    rows: int
    sql: str
