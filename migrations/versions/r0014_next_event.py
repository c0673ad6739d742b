"""The next event of what is watched is found by an index, however many events of others lie between."""

from pathlib import Path

from migrations.script import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
