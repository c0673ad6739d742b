"""Webhooks: what is told to programs of the outside, and what became of it."""

from pathlib import Path

from migrations.script import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
