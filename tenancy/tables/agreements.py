"""What a customer bought: agreements, the people they name, and their packages."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Owned, Table, belongs, holds, one, unique
from tenancy.words import ContactKind, Program, Section


class Agreement(Keyed, Table):
    """The support contract bought by a customer; its programme is Premier or Unified."""

    __tablename__ = "agreement"
    __table_args__ = (
        unique("number"),
        holds("dates", "starts_on <= ends_on"),
        Index("ix_agreement_ends_on", "tenant_id", "ends_on"),
    )

    number: Mapped[str]
    program: Mapped[Program]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    activated_at: Mapped[datetime | None]


class AgreementContact(Owned, Table):
    """A person named in an agreement, who is invited when it is activated (WS-11, WS-12)."""

    __tablename__ = "agreement_contact"
    __table_args__ = (belongs("agreement_id", "agreement"),)

    agreement_id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[ContactKind] = mapped_column(primary_key=True)

    agreement: Mapped[Agreement] = one("AgreementContact.agreement_id", "Agreement")


class Package(Keyed, Table):
    """A dated bundle of benefits inside one agreement."""

    __tablename__ = "package"
    __table_args__ = (
        belongs("agreement_id", "agreement"),
        holds("dates", "starts_on <= ends_on"),
        Index("ix_package_agreement_id_section", "tenant_id", "agreement_id", "section"),
    )

    agreement_id: Mapped[Id]
    external_id: Mapped[str]
    name: Mapped[str]
    section: Mapped[Section]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    agreement: Mapped[Agreement] = one("Package.agreement_id", "Agreement")
