"""Licences that customers bought, where they are used, and how fresh that knowledge is."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Owned, Table, belongs, holds, one, shared
from tenancy.tables.tenants import Tenant
from tenancy.words import Channel, ServiceCode, SubscriptionState, Workload


class Subscription(Keyed, Table):
    """Licences of one product that a customer bought; no partner means bought from Microsoft (PC-7)."""

    __tablename__ = "subscription"
    __table_args__ = (
        belongs("superseded_by_id", "subscription"),
        holds("sold", "licenses_sold >= 0"),
        holds("assigned", "licenses_assigned >= 0"),
        holds("dates", "starts_on <= ends_on"),
        holds("own_successor", "superseded_by_id <> id"),
        Index("ix_subscription_service_code", "tenant_id", "service_code", "product_id"),
        # Led by the other end's tenant: a partner's portfolio crosses customers.
        Index("ix_subscription_partner_tenant_id", "partner_tenant_id", "tenant_id"),
    )

    partner_tenant_id: Mapped[Id | None] = mapped_column(shared("tenant"))
    service_code: Mapped[ServiceCode]
    product_id: Mapped[str]
    product_name: Mapped[str]
    channel: Mapped[Channel]
    is_trial: Mapped[bool]
    state: Mapped[SubscriptionState]
    superseded_by_id: Mapped[Id | None]
    licenses_sold: Mapped[int]
    licenses_assigned: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    tenant: Mapped[Tenant] = one("Subscription.tenant_id", "Tenant")
    partner: Mapped[Tenant | None] = one("Subscription.partner_tenant_id", "Tenant")
    superseded_by: Mapped["Subscription | None"] = one("Subscription.superseded_by_id", "Subscription")


class LicenseActivity(Owned, Table):
    """On this day this pseudonymous user used this workload (PC-17)."""

    __tablename__ = "license_activity"
    __table_args__ = (
        belongs("subscription_id", "subscription"),
        Index("ix_license_activity_active_on", "tenant_id", "subscription_id", "active_on"),
    )

    subscription_id: Mapped[Id] = mapped_column(primary_key=True)
    user_key: Mapped[str] = mapped_column(primary_key=True)
    workload_code: Mapped[Workload] = mapped_column(primary_key=True)
    active_on: Mapped[date] = mapped_column(primary_key=True)

    subscription: Mapped[Subscription] = one("LicenseActivity.subscription_id", "Subscription")


class Freshness(Owned, Table):
    """When a source was last loaded for a tenant, and up to which day it speaks."""

    __tablename__ = "freshness"
    __table_args__ = (holds("source", "source ~ '^[a-z][a-z_]*$'"),)

    source: Mapped[str] = mapped_column(primary_key=True)
    loaded_at: Mapped[datetime]
    as_of: Mapped[date]
