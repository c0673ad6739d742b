"""Statements of the importer as text: built by SQLAlchemy from the tables, with no value of a file in them."""

from typing import Any, TypeAlias

import asyncpg
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import ClauseElement

Connection: TypeAlias = "asyncpg.Connection[Any]"

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def sql(statement: ClauseElement) -> str:
    """The statement with its constants in it."""
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
