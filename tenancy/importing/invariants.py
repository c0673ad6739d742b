"""Rules over several rows, as questions to the stages: the invariants that a file could break.

They look at rows as they will be, those of the file and those that are there. The database has triggers for most of
them, which stop a breach but cannot say in which line it stands.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select, union_all

from tenancy.importing.incoming import incoming, same
from tenancy.importing.rules import Question
from tenancy.importing.shapes import shapes
from tenancy.importing.staging import stage_of
from tenancy.words import OPEN_CLOCKS, ProductState, ProductStructure, RecordType, Role


def invariants(filled: Collection[str]) -> Iterator[Question]:
    """Every invariant over the tables that the file has rows for."""
    for table in shapes():
        if table in filled:
            for field, rule, broken in _INVARIANTS.get(table, ()):
                yield Question(table, field, rule, broken(_Rows(filled)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Tables as they will be: `new` are the file's rows with their lines, `all` are these and the rest."""

    filled: Collection[str]

    def new(self, table: str) -> Any:
        return incoming(shapes()[table], stage_of(shapes()[table])).subquery()

    def all(self, table: str) -> Any:
        shape = shapes()[table]
        if table not in self.filled:
            return shape.table.alias()
        new, stage = self.new(table), stage_of(shape)
        names = [column.name for column in shape.columns]
        brought = exists(select(1).where(same(stage.c, shape.table.c, shape.key)).correlate(shape.table))
        kept = select(*(shape.table.c[name] for name in names)).where(not_(brought))
        return union_all(select(*(new.c[name] for name in names)), kept).subquery()


def _role_without_membership(rows: _Rows) -> Select[Any]:
    new, all_ = rows.new("role_grant"), rows.all("role_grant")
    member = _one(all_, new, user_id=new.c.user_id, workspace_id=new.c.workspace_id, role=Role.MEMBER.value)
    return select(new.c.line).where(new.c.workspace_id.is_not(None), not_(member))


def _package_beyond_agreement(rows: _Rows) -> Select[Any]:
    new, agreement = rows.new("package"), rows.all("agreement")
    outside = or_(new.c.starts_on < agreement.c.starts_on, new.c.ends_on > agreement.c.ends_on)
    return select(new.c.line).join(agreement, _key(agreement, new, "agreement_id")).where(outside)


def _crooked_reversal(rows: _Rows) -> Select[Any]:
    new, charge = rows.new("consumption"), rows.all("consumption")
    like = ("incident_id", "workspace_id", "origin", "entitlement_id")
    mirrors = and_(
        charge.c.quantity == -new.c.quantity,
        charge.c.reverses_id.is_(None),
        *(charge.c[name].is_not_distinct_from(new.c[name]) for name in like),
    )
    return select(new.c.line).join(charge, _key(charge, new, "reverses_id")).where(not_(mirrors))


def _used_benefit(rows: _Rows) -> Select[Any]:
    new, line = rows.new("consumption"), rows.all("entitlement")
    return select(new.c.line).join(line, _key(line, new, "entitlement_id")).where(not_(line.c.is_consumable))


def _child_of_child(rows: _Rows) -> Select[Any]:
    new, parent = rows.new("incident"), rows.all("incident")
    rows_ = select(new.c.line).join(parent, _key(parent, new, "parent_id"))
    return rows_.where(parent.c.parent_id.is_not(None))


def _too_many_children(rows: _Rows) -> Select[Any]:
    new, siblings, tenant = rows.new("incident"), rows.all("incident"), rows.all("tenant")
    own = and_(siblings.c.tenant_id == new.c.tenant_id, siblings.c.parent_id == new.c.parent_id)
    count = select(func.count()).select_from(siblings).where(own).correlate(new).scalar_subquery()
    most = select(tenant.c.max_children).where(tenant.c.id == new.c.tenant_id).correlate(new).scalar_subquery()
    return select(new.c.line).where(new.c.parent_id.is_not(None), count > most)


def _clock_of_another_sla(rows: _Rows) -> Select[Any]:
    new, case, item = rows.new("sla_kpi_instance"), rows.all("incident"), rows.all("sla_item")
    joined = select(new.c.line).join(case, _key(case, new, "incident_id")).join(item, _key(item, new, "sla_item_id"))
    return joined.where(new.c.status.in_(_values(OPEN_CLOCKS)), case.c.sla_id.is_distinct_from(item.c.sla_id))


def _unselectable_product(rows: _Rows) -> Select[Any]:
    new, product = rows.new("incident"), rows.all("product")
    family = product.c.structure == ProductStructure.FAMILY.value
    draft = product.c.state == ProductState.DRAFT.value
    return select(new.c.line).join(product, _key(product, new, "product_id")).where(or_(family, draft))


def _case_without_creation(rows: _Rows) -> Select[Any]:
    new, entries = rows.new("incident"), rows.all("timeline_entry")
    post = _one(entries, new, incident_id=new.c.id, record_type=RecordType.AUTO_POST.value)
    return select(new.c.line).where(not_(post))


def _key(row: Any, new: Any, reference: str) -> ColumnElement[bool]:
    """`row` is the one that `new` refers to."""
    return and_(row.c.tenant_id == new.c.tenant_id, row.c.id == new.c[reference])


def _one(row: Any, new: Any, **values: Any) -> ColumnElement[bool]:
    """There is a row of the same tenant with these values."""
    equal = (row.c[name] == value for name, value in values.items())
    return exists(select(1).where(row.c.tenant_id == new.c.tenant_id, *equal).correlate(new))


def _values(words: tuple[Any, ...]) -> list[str]:
    return [word.value for word in words]


_Breach = Callable[[_Rows], Select[Any]]

_INVARIANTS: Final[Mapping[str, tuple[tuple[str, str, _Breach], ...]]] = {
    "role_grant": (("role", "I-3: needs MEMBER in the same workspace", _role_without_membership),),
    "package": (("starts_on", "I-5: must lie inside the dates of its agreement", _package_beyond_agreement),),
    "consumption": (
        ("reverses_id", "I-8: a reversal undoes one charge exactly, and is not reversed itself", _crooked_reversal),
        ("entitlement_id", "I-11: nothing is recorded against an additional benefit", _used_benefit),
    ),
    "incident": (
        ("parent_id", "I-12: a child has no children of its own", _child_of_child),
        ("parent_id", "I-12: the parent has more children than the organisation allows", _too_many_children),
        ("product_id", "I-17: neither a family nor a draft can be chosen", _unselectable_product),
        ("id", "I-19: needs an AUTO_POST in timeline_entry that tells of its creation", _case_without_creation),
    ),
    "sla_kpi_instance": (("sla_item_id", "I-14: an open clock belongs to the case's SLA", _clock_of_another_sla),),
}
"""Table -> field, rule, and the lines that break it. I-9, I-10 and I-16 depend on when something was decided; I-20 and
what concerns one row alone are constraints of the tables."""
