"""Who else may see a case: groups of a workspace, and shares with a group or a person (CA-12)."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.cases import Case
from tenancy.tables.table import (
    Id,
    Keyed,
    Owned,
    Table,
    belongs,
    holds,
    one,
    only_one,
    shared,
    unique,
)
from tenancy.tables.tenants import User
from tenancy.tables.workspaces import Workspace


class SupportGroup(Keyed, Table):
    """People of one workspace who are given access to cases together (CA-12a)."""

    __tablename__ = "support_group"
    __table_args__ = (belongs("workspace_id", "workspace"), unique("workspace_id", "name"))

    workspace_id: Mapped[Id]
    name: Mapped[str]

    workspace: Mapped[Workspace] = one("SupportGroup.workspace_id", "Workspace")


class SupportGroupMember(Owned, Table):
    """A user in a group; a default group is the one that the user's new cases are shared with."""

    __tablename__ = "support_group_member"
    __table_args__ = (
        belongs("group_id", "support_group"),
        Index("ix_support_group_member_user_id", "tenant_id", "user_id"),
    )

    group_id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(shared("app_user"), primary_key=True)
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))

    group: Mapped[SupportGroup] = one("SupportGroupMember.group_id", "SupportGroup")
    user: Mapped[User] = one("SupportGroupMember.user_id", "User")


class CaseShare(Keyed, Table):
    """A case opened to one user or to one group; at most one group per case (I-15)."""

    __tablename__ = "incident_share"
    __table_args__ = (
        belongs("incident_id", "incident"),
        belongs("group_id", "support_group"),
        unique("incident_id", "user_id"),
        only_one("incident_share_group", "incident_id", where="group_id is not null"),
        holds("one_target", "num_nonnulls(user_id, group_id) = 1"),
        Index("ix_incident_share_user_id", "tenant_id", "user_id"),
        Index("ix_incident_share_group_id", "tenant_id", "group_id"),
    )

    incident_id: Mapped[Id]
    user_id: Mapped[Id | None] = mapped_column(shared("app_user"))
    group_id: Mapped[Id | None]
    shared_by: Mapped[Id] = mapped_column(shared("app_user"))
    shared_at: Mapped[datetime]

    case: Mapped[Case] = one("CaseShare.incident_id", "Case")
    user: Mapped[User | None] = one("CaseShare.user_id", "User")
    group: Mapped[SupportGroup | None] = one("CaseShare.group_id", "SupportGroup")
    sharer: Mapped[User] = one("CaseShare.shared_by", "User")
