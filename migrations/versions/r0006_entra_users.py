"""How a member was added, and introducing colleagues of one's own Entra tenant (domain 2.1)."""

from pathlib import Path

from migrations.script import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
