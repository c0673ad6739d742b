"""What a foreseen viewer is proved by is one function, which asks no policy."""

from pathlib import Path

from migrations.script import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
