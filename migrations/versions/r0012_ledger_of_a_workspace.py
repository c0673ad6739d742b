"""A workspace's rows of a long ledger are looked up, and a past day is summed up from the index alone."""

from pathlib import Path

from migrations.script import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
