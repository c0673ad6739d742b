"""Runs a file of SQL inside a revision."""

from pathlib import Path

from alembic import op


def run(file: Path) -> None:
    """Sends a whole script in one round trip, within the revision's transaction."""
    script = file.read_text()
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    # Prepared statements take one command each; the driver's own `execute` takes them all.
    connection.run_async(lambda driver: driver.execute(script))
