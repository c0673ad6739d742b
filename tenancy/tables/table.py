"""What all tables share: types, names of constraints, whose a row is, and how rows refer to each other.

An owned row carries `tenant_id`, its key leads with it, and every reference between owned rows is composite,
so the database itself refuses a row that points into another tenant (I-1), with the same error as for a row
that does not exist.
"""

import enum
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Constraint,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Relationship, mapped_column, relationship
from sqlalchemy.schema import ColumnCollectionConstraint, ForeignKey

SCHEMA = "app"

Id = Annotated[str, mapped_column(Uuid(as_uuid=False))]
"""A uuid as lower-case canonical text."""


def _subject(constraint: Constraint, _: CoreTable) -> str:
    """The columns a constraint is about, without the tenant that leads them all."""
    assert isinstance(constraint, ColumnCollectionConstraint)
    columns = [column.name for column in constraint.columns if column.name != "tenant_id"]
    return "_".join(columns) or "tenant_id"


class Table(DeclarativeBase):
    """A row of the schema `app`; attribute names are column names."""

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "subject": _subject,
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(subject)s",
            "uq": "uq_%(table_name)s_%(subject)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        },
    )
    type_annotation_map = {
        str: Text(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(12, 2),
        dict[str, Any]: JSONB(none_as_null=True),
        # Words are text with a CHECK: a native enum could not lose or reorder a word without a rewrite.
        enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=True, length=40),
    }


class Owned:
    """A row that belongs to one tenant; row-level security fences every class that mixes this in."""

    tenant_id: Mapped[Id] = mapped_column(ForeignKey(f"{SCHEMA}.tenant.id"), primary_key=True, sort_order=-2)


class Derived:
    """A row that is computed from other rows: no file brings it, and no request writes it."""


class Passing:
    """A row of the moment: no file brings it or takes it away, and a crash may empty its table."""


class Identified:
    """A row with an id of its own; in an owned table the key is (tenant_id, id)."""

    id: Mapped[Id] = mapped_column(primary_key=True, sort_order=-1, server_default=text("gen_random_uuid()"))


class Keyed(Owned, Identified):
    """An owned row with an id: what most nouns are."""


def belongs(column: str, table: str) -> ForeignKeyConstraint:
    """The composite foreign key (tenant_id, column) -> table (tenant_id, id)."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{SCHEMA}.{table}.tenant_id", f"{SCHEMA}.{table}.id"])


def shared(table: str) -> ForeignKey:
    """A plain foreign key to a table that no tenant owns: `app_user` or `tenant`."""
    return ForeignKey(f"{SCHEMA}.{table}.id")


def unique(*columns: str, nulls_equal: bool = False) -> UniqueConstraint:
    """Unique within the tenant, so that one tenant's names tell nothing about another's."""
    return UniqueConstraint("tenant_id", *columns, postgresql_nulls_not_distinct=nulls_equal or None)


def only_one(name: str, *columns: str, where: str) -> Index:
    """At most one row per tenant and columns among the rows that `where` (SQL) picks."""
    return Index(f"uq_{name}", "tenant_id", *columns, unique=True, postgresql_where=text(where))


def holds(name: str, condition: str) -> CheckConstraint:
    """A rule that every row keeps; `condition` is SQL."""
    return CheckConstraint(condition, name=name)


def among(column: str, words: type[enum.StrEnum]) -> CheckConstraint:
    """A text[] column that holds only these words."""
    return CheckConstraint(f"{column} <@ ARRAY[{listed(words)}]::text[]", name=column)


def listed(words: Iterable[str]) -> str:
    """Words as SQL literals: `'A', 'B'`."""
    return ", ".join(f"'{word}'" for word in words)


def one(reference: str, target: str) -> Relationship[Any]:
    """Many to one: `one("Case.customer_id", "Customer")`, written on Case.

    Only the id is a foreign side for the ORM, so that many references may share one `tenant_id`: assigning
    the relationship fills the id column and leaves the tenant alone.
    """
    same_id = f"foreign({reference}) == remote({target}.id)"
    same_tenant = f"{reference.partition('.')[0]}.tenant_id == remote({target}.tenant_id)"
    join = same_id if target in _SHARED_CLASSES else f"and_({same_id}, {same_tenant})"
    return relationship(target, lazy="raise", primaryjoin=join)


_SHARED_CLASSES = frozenset({"Tenant", "User"})


Title = Annotated[str, mapped_column(String(200))]
"""Text of at most 200 characters."""
