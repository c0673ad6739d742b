"""What the gateway remembers of browsers, so that every process of every server knows it."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Passing, Table


class BrowserRecord(Passing, Table):
    """A sign-in, or an attempt at one: sealed, under the hash of the cookie that names it (K-27, H-12).

    Whoever reads this table can neither sign in with it nor see for whom it is: `owner` is a keyed hash of the
    principal, there to end all sign-ins of one person at once.
    """

    __tablename__ = "browser_record"
    __table_args__ = (Index("ix_browser_record_owner", "kind", "owner"), Index("ix_browser_record_until", "until"))

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    value: Mapped[bytes]
    until: Mapped[datetime]
