"""Brings a database to the schema of this code."""

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from migrations.roles import preparations

_HERE = Path(__file__).parent

IN_TURN = "select pg_advisory_xact_lock(hashtext('gateway migrations'))"
"""Several processes may start at once: the first prepares and migrates, the others wait and find nothing to do."""


def head() -> str:
    """The newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


async def upgrade(url: str, passwords: Mapping[str, str] | None = None) -> None:
    """Prepares roles and schema, then applies every revision that the database lacks; idempotent.

    Processes that do this at once wait for each other. Within a process it is done once at a time, because
    Alembic's context is global.

    `url` is a PostgreSQL URL (any driver name) of a login that is superuser, or has CREATEROLE and owns the
    database. `passwords` gives roles their password by name; without it a role can only log in where the
    server trusts the connection, as the private socket of the embedded cluster does.
    """
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            for statement in (IN_TURN, *preparations()):
                await connection.exec_driver_sql(statement)
            for role, password in (passwords or {}).items():
                await _set_password(connection, role, password)
        async with engine.connect() as connection:
            await connection.run_sync(_apply)
            await connection.commit()
    finally:
        await engine.dispose()


async def _set_password(connection: AsyncConnection, role: str, password: str) -> None:
    # ALTER ROLE takes no parameters, so the server does the quoting.
    quote = text("select format('alter role %I password %L', cast(:role as text), cast(:password as text))")
    statement = (await connection.execute(quote, {"role": role, "password": password})).scalar_one()
    await connection.exec_driver_sql(statement)


def _apply(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
