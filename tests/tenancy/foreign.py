"""What must never be seen or touched: rows of somebody else, told by whose they are and by a print of everything."""

from collections.abc import Iterable

from tenancy.tables import PartnerRelationship, Passing, RoleGrant, Table, owned_tables, shared_tables
from tests.tenancy.connections import Connection

EVERY = (*owned_tables(), *shared_tables())


class ForeignRows(AssertionError):
    """The one failure that both locks together exist to prevent (T-11, T-12)."""


def none_foreign(what: object, found: Iterable[object], allowed: Iterable[object]) -> None:
    """Raises ForeignRows when anything is found beyond what is allowed."""
    foreign = set(found) - set(allowed)
    if foreign:
        raise ForeignRows(f"{what}: {len(foreign)} foreign, such as {min(map(str, foreign))}")


def whose(table: type[Table]) -> tuple[str, ...]:
    """The columns that say whose a row is: a relationship belongs to both of its ends, a grant also to its holder."""
    others = {PartnerRelationship: "partner_tenant_id", RoleGrant: "user_id"}
    return ("tenant_id", *filter(None, [others.get(table)]))


def name_of(table: type[Table]) -> str:
    """The table's full name in SQL."""
    return f"app.{table.__tablename__}"


async def prints(past: Connection) -> dict[str, str]:
    """A print of every row of every table and of the transaction that wrote it: even an update that changes nothing
    shows. What a request costs is written whatever it asks, and nobody's row."""
    each = " union all ".join(
        f"select '{name_of(table)}', md5(coalesce(string_agg(t.xmin::text || t::text, ',' order by t::text), ''))"  # noqa: S608 (names from the metadata)
        f" from {name_of(table)} t"
        for table in EVERY
        if not issubclass(table, Passing)
    )
    return {row[0]: row[1] for row in await past.fetch(each)}


async def untouched(past: Connection, before: dict[str, str]) -> None:
    """Raises ForeignRows when anything at all was written since `before`."""
    none_foreign("written", (await prints(past)).items(), before.items())
