"""Alembic's entry: it finds an open connection in the configuration, put there by `migrations.run`."""

from alembic import context
from sqlalchemy import text

from migrations.run import IN_TURN
from tenancy.rights import OWNER
from tenancy.tables import SCHEMA, Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    connection.execute(text(IN_TURN))
    # What a revision creates, the version table included, belongs to the owner, whoever logged in.
    connection.execute(text(f"set local role {OWNER}"))
    context.run_migrations()
