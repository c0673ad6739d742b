"""Exports as jobs: files that are written behind the requests."""

from pathlib import Path

from migrations.script import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
