"""Events have no state of their own: they are told from where each listener stands, and leave when they are old."""

from pathlib import Path

from migrations.script import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
