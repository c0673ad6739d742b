"""Sign-ins of browsers, so that all processes of all servers know them."""

from pathlib import Path

from migrations.script import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
