"""Who listens at this moment, at whichever process."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Passing, Table, belongs, one, shared
from tenancy.tables.tenants import User
from tenancy.words import Watched


class LiveSubscription(Passing, Keyed, Table):
    """One subscription that is open now, and one workspace that it tells of: one that tells of several has a row for
    each (A-03). `process` keeps the row; it said so last at `seen_at`."""

    __tablename__ = "live_subscription"
    __table_args__ = (
        belongs("workspace_id", "workspace"),
        Index("ix_live_subscription_workspace_id", "tenant_id", "workspace_id"),
        Index("ix_live_subscription_process", "process"),
        {"prefixes": ["UNLOGGED"]},
    )

    workspace_id: Mapped[Id]
    user_id: Mapped[Id] = mapped_column(shared("app_user"))
    watched: Mapped[Watched]
    begun_at: Mapped[datetime]
    process: Mapped[Id]
    seen_at: Mapped[datetime]

    user: Mapped[User] = one("LiveSubscription.user_id", "User")
