"""Portfolios by month are read from a rollup of their own (PC-12, decision 0006)."""

from pathlib import Path

from migrations.script import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only; see the first revision."""
    run(Path(__file__).with_suffix(".sql"))
