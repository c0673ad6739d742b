"""What may be used: the lines of packages, and the rights that cases are charged against."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.agreements import Package
from tenancy.tables.catalogue import Customer, Product
from tenancy.tables.slas import Sla
from tenancy.tables.table import Id, Keyed, Owned, Table, belongs, holds, one, only_one
from tenancy.words import AllocationType, Category, DecreaseOn, EntitlementState, Origin


class Entitlement(Keyed, Table):
    """A service or benefit the customer may use; null `total_terms` means unlimited."""

    __tablename__ = "entitlement"
    __table_args__ = (
        belongs("package_id", "package"),
        belongs("customer_id", "customer"),
        belongs("sla_id", "sla"),
        belongs("renewed_from_id", "entitlement"),
        only_one("entitlement_default", "customer_id", where="is_default"),
        holds("dates", "starts_on <= ends_on"),
        holds("total", "total_terms >= 0"),
        # I-6; `decrease_on` alone would let a null through.
        holds(
            "hours_on_resolution",
            "allocation_type <> 'HOURS' or coalesce(decrease_on = 'CASE_RESOLUTION', false)",
        ),
        holds("default_is_active", "not is_default or state = 'ACTIVE'"),
        holds("own_renewal", "renewed_from_id <> id"),
        Index("ix_entitlement_package_id", "tenant_id", "package_id"),
        Index(
            "ix_entitlement_active_customer_id",
            "tenant_id",
            "customer_id",
            postgresql_where=text("state = 'ACTIVE'"),
        ),
    )

    package_id: Mapped[Id | None]
    customer_id: Mapped[Id | None]
    name: Mapped[str]
    description: Mapped[str | None]
    category: Mapped[Category]
    is_consumable: Mapped[bool]
    allocation_type: Mapped[AllocationType]
    total_terms: Mapped[Decimal | None]
    decrease_on: Mapped[DecreaseOn | None]
    restrict_case_creation: Mapped[bool] = mapped_column(server_default=text("false"))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    sla_id: Mapped[Id | None]
    state: Mapped[EntitlementState]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    action_url: Mapped[str | None]
    renewed_from_id: Mapped[Id | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))

    package: Mapped[Package | None] = one("Entitlement.package_id", "Package")
    customer: Mapped[Customer | None] = one("Entitlement.customer_id", "Customer")
    sla: Mapped[Sla | None] = one("Entitlement.sla_id", "Sla")
    renewed_from: Mapped["Entitlement | None"] = one("Entitlement.renewed_from_id", "Entitlement")


class EntitlementChannel(Owned, Table):
    """The terms of one channel; a total of 0 excludes the channel, an unlisted one is not limited (2.3)."""

    __tablename__ = "entitlement_channel"
    __table_args__ = (belongs("entitlement_id", "entitlement"), holds("total", "total_terms >= 0"))

    entitlement_id: Mapped[Id] = mapped_column(primary_key=True)
    origin: Mapped[Origin] = mapped_column(primary_key=True)
    total_terms: Mapped[Decimal]

    entitlement: Mapped[Entitlement] = one("EntitlementChannel.entitlement_id", "Entitlement")


class EntitlementProduct(Owned, Table):
    """A product that an entitlement covers; without any, it covers all."""

    __tablename__ = "entitlement_product"
    __table_args__ = (belongs("entitlement_id", "entitlement"), belongs("product_id", "product"))

    entitlement_id: Mapped[Id] = mapped_column(primary_key=True)
    product_id: Mapped[Id] = mapped_column(primary_key=True)

    entitlement: Mapped[Entitlement] = one("EntitlementProduct.entitlement_id", "Entitlement")
    product: Mapped[Product] = one("EntitlementProduct.product_id", "Product")


class EntitlementContact(Owned, Table):
    """A contact who may claim an entitlement; without any, all contacts of the customer may."""

    __tablename__ = "entitlement_contact"
    __table_args__ = (belongs("entitlement_id", "entitlement"), belongs("customer_id", "customer"))

    entitlement_id: Mapped[Id] = mapped_column(primary_key=True)
    customer_id: Mapped[Id] = mapped_column(primary_key=True)

    entitlement: Mapped[Entitlement] = one("EntitlementContact.entitlement_id", "Entitlement")
    contact: Mapped[Customer] = one("EntitlementContact.customer_id", "Customer")
