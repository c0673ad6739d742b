"""Indexes for the clock worker, which asks across tenants what falls due next."""

from pathlib import Path

from migrations.script import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
