"""Partners grant insights to programs of their own directory (D-30)."""

from pathlib import Path

from migrations.script import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only; see the first revision."""
    run(Path(__file__).with_suffix(".sql"))
