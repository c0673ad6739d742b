"""Events of a tenant are numbered in the order in which they can be seen: a reader can go on after one (D-04)."""

from pathlib import Path

from migrations.script import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
