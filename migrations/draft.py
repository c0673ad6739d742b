"""The whole schema as one SQL script, from the tables and what is derived from them.

A revision begins with what is drafted of its new tables (`migrations.revision`). A released script is never written
again: it is history. Tests build one database from the revisions and one from this draft, and compare the two.
"""

from collections.abc import Collection, Iterator

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tenancy.functions import functions
from tenancy.invariants import triggers
from tenancy.policies import fences
from tenancy.rights import RUNTIME, SYSTEM, grants
from tenancy.tables import SCHEMA, Table, owned_tables, shared_tables


def draft() -> str:
    """Statements in the order in which an empty schema takes them; the same text each time."""
    every = {table.__tablename__ for table in (*shared_tables(), *owned_tables())}
    return script([*_preamble(), *_made(every), *functions(), *triggers(), *_fenced(every)])


def draft_of(names: Collection[str]) -> str:
    """What the whole draft says of these tables alone: they, their indexes, policies and rights."""
    return script([*_made(names), *_fenced(names)])


def script(statements: Collection[str]) -> str:
    """Statements as one text."""
    return ";\n\n".join(statements) + ";\n"


def _preamble() -> Iterator[str]:
    yield f"grant usage on schema {SCHEMA} to {RUNTIME}, {SYSTEM}"
    yield f"grant select on {SCHEMA}.alembic_version to {RUNTIME}, {SYSTEM}"


def _made(names: Collection[str]) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped
    for table in (each for each in Table.metadata.sorted_tables if each.name in names):
        yield _tidy(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _tidy(str(CreateIndex(index).compile(dialect=dialect)))


def _fenced(names: Collection[str]) -> Iterator[str]:
    for table in (each for each in (*shared_tables(), *owned_tables()) if each.__tablename__ in names):
        yield from fences(table)
        yield from grants(table)


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.strip().splitlines())
