"""What a viewer may see of a long ledger is counted and summed up from the index, cases included."""

from pathlib import Path

from migrations.script import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
