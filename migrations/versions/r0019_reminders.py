"""Open invitations are called to mind."""

from pathlib import Path

from migrations.script import run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
