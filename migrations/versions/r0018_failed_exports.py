"""Webhooks can tell of exports that failed."""

from pathlib import Path

from migrations.script import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
