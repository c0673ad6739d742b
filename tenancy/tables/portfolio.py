"""Rollups of licences: what the importer computes, so that a portfolio of thousands of customers is read at once.

`LicenceUse` belongs to the customer. The `Portfolio...` rows belong to the partner that reads them: `tenant_id` is the
partner's, so a read across customers stays inside one tenant (decisions 0001, 0006). No file brings any of them.
"""

from datetime import date, datetime

from sqlalchemy import ARRAY, Computed, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Derived, Id, Owned, Table, belongs, holds, shared
from tenancy.words import Channel, ServiceCode, Workload

MONTH = "extract(day from month) = 1"
_LAST_DAY = "extract(day from month + interval '1 month - 1 day')::int"


class LicenceUse(Derived, Owned, Table):
    """Distinct users of a subscription on a reported workload in the 28 days up to each day of a month: `users[1]` on
    the first; null or absent is 0."""

    __tablename__ = "licence_use"
    __table_args__ = (
        belongs("subscription_id", "subscription"),
        holds("month", MONTH),
        holds("users", "cardinality(users) <= 31"),
    )

    subscription_id: Mapped[Id] = mapped_column(primary_key=True)
    workload_code: Mapped[Workload] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    users: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class PortfolioCustomer(Derived, Owned, Table):
    """A customer that a partner sells or sold to, and how fresh its licence activity is."""

    __tablename__ = "portfolio_customer"

    customer_tenant_id: Mapped[Id] = mapped_column(shared("tenant"), primary_key=True)
    loaded_at: Mapped[datetime | None]
    as_of: Mapped[date | None]


class PortfolioLicence(Derived, Owned, Table):
    """A subscription of a partner's customer, whoever sold it, without its seller (PC-8, D-26)."""

    __tablename__ = "portfolio_licence"

    customer_tenant_id: Mapped[Id] = mapped_column(shared("tenant"), primary_key=True)
    subscription_id: Mapped[Id] = mapped_column(primary_key=True)
    service_code: Mapped[ServiceCode]
    product_id: Mapped[str]
    product_name: Mapped[str]
    channel: Mapped[Channel]
    is_trial: Mapped[bool]
    counts: Mapped[bool]
    licenses_sold: Mapped[int]
    licenses_assigned: Mapped[int]


class PortfolioUse(Derived, Owned, Table):
    """`LicenceUse` as a partner of the customer reads it, with what its sums and hints need to know of the
    subscription: a join of two large tables costs more than the words."""

    __tablename__ = "portfolio_use"
    __table_args__ = (
        holds("month", MONTH),
        holds("users", "cardinality(users) <= 31"),
        # All that the months of named products are made of: a year of them is a quarter of a million rows.
        Index(
            "ix_portfolio_use_product_id",
            "tenant_id",
            "product_id",
            "month",
            postgresql_include=[
                "customer_tenant_id",
                "service_code",
                "workload_code",
                "channel",
                "is_trial",
                "counts",
                "licenses_sold",
                "month_end",
            ],
        ),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    customer_tenant_id: Mapped[Id] = mapped_column(shared("tenant"), primary_key=True)
    subscription_id: Mapped[Id] = mapped_column(primary_key=True)
    workload_code: Mapped[Workload] = mapped_column(primary_key=True)
    users: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    service_code: Mapped[ServiceCode]
    product_id: Mapped[str]
    channel: Mapped[Channel]
    is_trial: Mapped[bool]
    counts: Mapped[bool]
    licenses_sold: Mapped[int]
    month_end: Mapped[int | None] = mapped_column(Computed(f"users[{_LAST_DAY}]", persisted=True))
    """Users at the last day of the month; null where there is no figure of it."""


class PortfolioMonth(Derived, Owned, Table):
    """`PortfolioUse` at the last day of each month, summed over the products of a customer: what a year is read from.

    `beyond`, `not_active` and `trial` say what inflates the users (PC-21..24), of any subscription behind them.
    """

    __tablename__ = "portfolio_month"
    __table_args__ = (holds("month", MONTH), holds("users", "users > 0"))

    month: Mapped[date] = mapped_column(primary_key=True)
    customer_tenant_id: Mapped[Id] = mapped_column(shared("tenant"), primary_key=True)
    service_code: Mapped[ServiceCode] = mapped_column(primary_key=True)
    workload_code: Mapped[Workload] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    users: Mapped[int]
    beyond: Mapped[bool]
    not_active: Mapped[bool]
    trial: Mapped[bool]
