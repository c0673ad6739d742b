"""The request for help, and its knowledge links."""

from datetime import datetime

from sqlalchemy import Index, String, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.agreements import Agreement, Package
from tenancy.tables.catalogue import Customer, KnowledgeArticle, Product, Subject
from tenancy.tables.entitlements import Entitlement
from tenancy.tables.slas import Sla
from tenancy.tables.table import (
    Id,
    Keyed,
    Owned,
    Table,
    Title,
    belongs,
    holds,
    listed,
    one,
    shared,
    unique,
)
from tenancy.tables.tenants import User
from tenancy.tables.workspaces import Workspace
from tenancy.words import (
    STATUSES,
    ArticleUsage,
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    ProcessStatus,
    SlaSource,
    Stage,
    SupportKind,
)

_STATUS_FITS = " or ".join(
    f"(state = '{state}' and status in ({listed(statuses)}))" for state, statuses in STATUSES.items()
)


class Case(Keyed, Table):
    """One request for help; Services Hub says support request, Dynamics says case."""

    __tablename__ = "incident"
    __table_args__ = (
        belongs("workspace_id", "workspace"),
        belongs("customer_id", "customer"),
        belongs("contact_id", "customer"),
        belongs("subject_id", "subject"),
        belongs("product_id", "product"),
        belongs("entitlement_id", "entitlement"),
        belongs("sla_id", "sla"),
        belongs("agreement_id", "agreement"),
        belongs("package_id", "package"),
        belongs("parent_id", "incident"),
        belongs("master_id", "incident"),
        unique("ticket_number"),
        holds("status_of_state", _STATUS_FITS),
        holds("master_of_merged", "(master_id is not null) = (status = 'MERGED')"),
        holds("own_parent", "parent_id <> id"),
        holds("own_master", "master_id <> id"),
        Index("ix_incident_owner_id", "tenant_id", "owner_id", "state", desc("created_at")),
        Index("ix_incident_workspace_id", "tenant_id", "workspace_id", desc("created_at")),
        Index("ix_incident_customer_id", "tenant_id", "customer_id", desc("created_at")),
        Index("ix_incident_support_kind", "tenant_id", "support_kind", "agreement_id"),
        Index("ix_incident_parent_id", "tenant_id", "parent_id"),
        Index("ix_incident_master_id", "tenant_id", "master_id"),
        Index("ix_incident_subject_id", "tenant_id", "subject_id"),
        Index("ix_incident_entitlement_id", "tenant_id", "entitlement_id"),
        Index("ix_incident_created_at", "tenant_id", desc("created_at"), "id"),
    )

    workspace_id: Mapped[Id | None]
    ticket_number: Mapped[str]
    title: Mapped[Title]
    description: Mapped[str | None] = mapped_column(String(2000))
    customer_id: Mapped[Id]
    contact_id: Mapped[Id | None]
    primary_contact_user_id: Mapped[Id | None] = mapped_column(shared("app_user"))
    subject_id: Mapped[Id | None]
    product_id: Mapped[Id | None]
    entitlement_id: Mapped[Id | None]
    decrement_terms: Mapped[bool] = mapped_column(server_default=text("true"))
    sla_id: Mapped[Id | None]
    sla_source: Mapped[SlaSource | None]
    origin: Mapped[Origin | None]
    case_type: Mapped[CaseType | None]
    priority: Mapped[Priority] = mapped_column(server_default="NORMAL")
    support_kind: Mapped[SupportKind]
    classification: Mapped[Classification | None]
    agreement_id: Mapped[Id | None]
    package_id: Mapped[Id | None]
    state: Mapped[CaseState]
    status: Mapped[CaseStatus]
    owner_id: Mapped[Id] = mapped_column(shared("app_user"))
    parent_id: Mapped[Id | None]
    master_id: Mapped[Id | None]
    route_case: Mapped[bool] = mapped_column(server_default=text("true"))
    first_response_sent: Mapped[bool] = mapped_column(server_default=text("false"))
    is_escalated: Mapped[bool] = mapped_column(server_default=text("false"))
    stage: Mapped[Stage] = mapped_column(server_default="IDENTIFY")
    process_status: Mapped[ProcessStatus] = mapped_column(server_default="ACTIVE")
    created_by: Mapped[Id] = mapped_column(shared("app_user"))
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))

    workspace: Mapped[Workspace | None] = one("Case.workspace_id", "Workspace")
    customer: Mapped[Customer] = one("Case.customer_id", "Customer")
    contact: Mapped[Customer | None] = one("Case.contact_id", "Customer")
    primary_contact_user: Mapped[User | None] = one("Case.primary_contact_user_id", "User")
    subject: Mapped[Subject | None] = one("Case.subject_id", "Subject")
    product: Mapped[Product | None] = one("Case.product_id", "Product")
    entitlement: Mapped[Entitlement | None] = one("Case.entitlement_id", "Entitlement")
    sla: Mapped[Sla | None] = one("Case.sla_id", "Sla")
    agreement: Mapped[Agreement | None] = one("Case.agreement_id", "Agreement")
    package: Mapped[Package | None] = one("Case.package_id", "Package")
    owner: Mapped[User] = one("Case.owner_id", "User")
    creator: Mapped[User] = one("Case.created_by", "User")
    parent: Mapped["Case | None"] = one("Case.parent_id", "Case")
    master: Mapped["Case | None"] = one("Case.master_id", "Case")


class CaseArticle(Owned, Table):
    """A knowledge article linked to a case, and what it did for it (CS-44)."""

    __tablename__ = "incident_article"
    __table_args__ = (belongs("incident_id", "incident"), belongs("article_id", "knowledge_article"))

    incident_id: Mapped[Id] = mapped_column(primary_key=True)
    article_id: Mapped[Id] = mapped_column(primary_key=True)
    usage: Mapped[ArticleUsage]
    sent_to_customer: Mapped[bool] = mapped_column(server_default=text("false"))

    case: Mapped[Case] = one("CaseArticle.incident_id", "Case")
    article: Mapped[KnowledgeArticle] = one("CaseArticle.article_id", "KnowledgeArticle")
