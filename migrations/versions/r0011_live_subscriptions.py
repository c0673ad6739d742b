"""Who listens at this moment, so that it can be told whom a command cuts off (A-03)."""

from pathlib import Path

from migrations.script import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
