"""Buckets of points, so that all processes count a rate together."""

from pathlib import Path

from migrations.script import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only, as every revision."""
    run(Path(__file__).with_suffix(".sql"))
