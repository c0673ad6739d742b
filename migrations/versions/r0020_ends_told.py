"""Both ends of a delegated relationship are told that it ends."""

from pathlib import Path

from migrations.script import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
