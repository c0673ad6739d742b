"""How much of a rate is used up: the one table that may be lost at any time, and nobody would miss it for a minute."""

from datetime import datetime

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Passing, Table


class RateBucket(Passing, Table):
    """A bucket of points that refills steadily, told by the moment at which it is full again (F-17).

    Everything is in seconds of refilling, so a row stays right when the rate of a policy changes: the bucket holds
    `span` seconds, and lacks as many as there are between now and `full_at`. `granted` is what the last lease took.
    """

    __tablename__ = "rate_bucket"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(primary_key=True)
    full_at: Mapped[datetime]
    span: Mapped[float] = mapped_column(Double)
    granted: Mapped[float] = mapped_column(Double)
