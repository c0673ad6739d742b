"""The schema as first released: tables, functions, invariants, policies, grants.

The script beside this file is the revision; it names everything and imports nothing, so it stays what it was
when the tables move on.
"""

from pathlib import Path

from migrations.script import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a schema is taken back by restoring a backup, not by dropping what it holds."""
    run(Path(__file__).with_suffix(".sql"))
