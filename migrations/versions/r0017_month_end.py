"""The months of named products are read from an index, at the last day of each."""

from pathlib import Path

from migrations.script import run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
