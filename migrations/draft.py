"""The whole schema as one SQL script, from the tables and what is derived from them.

`python -m migrations.draft FILE` writes a revision's script. A released script is never written again: it is
history. Tests build one database from the revisions and one from this draft, and compare the two.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tenancy.functions import functions
from tenancy.invariants import triggers
from tenancy.policies import fences
from tenancy.rights import OWNER, RUNTIME, SYSTEM, grants
from tenancy.tables import SCHEMA, Table, owned_tables, shared_tables


def draft() -> str:
    """Statements in the order in which an empty schema takes them; the same text each time."""
    statements = [*_preamble(), *_tables(), *functions(), *triggers(), *_fenced()]
    return ";\n\n".join(statements) + ";\n"


def _preamble() -> Iterator[str]:
    yield f"grant usage on schema {SCHEMA} to {RUNTIME}, {SYSTEM}"
    yield f"grant select on {SCHEMA}.alembic_version to {RUNTIME}, {SYSTEM}"


def _tables() -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped
    for table in Table.metadata.sorted_tables:
        yield _tidy(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _tidy(str(CreateIndex(index).compile(dialect=dialect)))


def _fenced() -> Iterator[str]:
    for table in (*shared_tables(), *owned_tables()):
        yield from fences(table)
        yield from grants(table)


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.strip().splitlines())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(f"set local role {OWNER};\n\n{draft()}")
