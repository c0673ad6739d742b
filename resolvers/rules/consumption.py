"""What was bought, used, and is left (CA-17..31, D-8, D-11, D-24, D-35, I-8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import auto
from itertools import groupby
from types import MappingProxyType
from typing import Final

from resolvers.rules.quantities import ZERO, remaining, two_places
from resolvers.rules.refused import Refused
from tenancy.words import AllocationType, Category
from tenancy.words.word import Word


class ActivityGroup(Word):
    """The high-level list of the enterprise-wide section (CA-19); OTHER is whatever the list does not name."""

    BUILT_IN_PROACTIVE = auto()
    AS_NEEDED_SUPPORT = auto()
    ON_DEMAND_EDUCATION = auto()
    SUPPORT_CONTACTS = auto()
    ON_DEMAND_ASSESSMENTS = auto()
    OTHER = auto()


class DrillDownView(Word):
    """The six views behind a figure (CA-31..36)."""

    SUPPORT_AND_PROACTIVE = auto()
    ON_DEMAND_EDUCATION = auto()
    CONTACTS = auto()
    ON_DEMAND_ASSESSMENTS = auto()
    ADDITIONAL_CASES = auto()
    PROACTIVE_CREDITS = auto()


class EntitlementClass(Word):
    """A line is used up, or merely there to be enjoyed (CA-25..27)."""

    CONSUMABLE_SERVICE = auto()
    ADDITIONAL_BENEFIT = auto()


class PackageStatus(Word):
    """Whether a package is running (CA-23)."""

    ACTIVE = auto()
    INACTIVE = auto()


_GROUPS: Final[Mapping[Category, ActivityGroup]] = {
    Category.BUILT_IN_PROACTIVE: ActivityGroup.BUILT_IN_PROACTIVE,
    Category.PROACTIVE_CREDITS: ActivityGroup.BUILT_IN_PROACTIVE,
    Category.DSE: ActivityGroup.BUILT_IN_PROACTIVE,
    Category.ADVISORY_SUPPORT: ActivityGroup.AS_NEEDED_SUPPORT,
    Category.REACTIVE_SUPPORT: ActivityGroup.AS_NEEDED_SUPPORT,
    Category.ON_DEMAND_EDUCATION: ActivityGroup.ON_DEMAND_EDUCATION,
    Category.SUPPORT_CONTACTS: ActivityGroup.SUPPORT_CONTACTS,
    Category.ON_DEMAND_ASSESSMENTS: ActivityGroup.ON_DEMAND_ASSESSMENTS,
    Category.OTHER: ActivityGroup.OTHER,
}

_ORDER: Final = {category: place for place, category in enumerate(_GROUPS)}

_VIEWS: Final[Mapping[Category, DrillDownView]] = {
    Category.ON_DEMAND_EDUCATION: DrillDownView.ON_DEMAND_EDUCATION,
    Category.SUPPORT_CONTACTS: DrillDownView.CONTACTS,
    Category.ON_DEMAND_ASSESSMENTS: DrillDownView.ON_DEMAND_ASSESSMENTS,
    Category.PROACTIVE_CREDITS: DrillDownView.PROACTIVE_CREDITS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entitlement of a package. `total` None is unlimited; `workspaces` are those its package is mapped
    to.

    `ledger`: the sum of its ledger per workspace; None holds the rows without one. For SUPPORT_CONTACTS the
    holders of the role stand in for a ledger (D-35).
    """

    id: str
    category: Category
    allocation: AllocationType
    is_consumable: bool
    total: Decimal | None
    workspaces: frozenset[str]
    ledger: Mapping[str | None, Decimal] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Figures:
    """Two places each. `consumed` and `remaining` are None on an additional benefit, `total` when unlimited.

    `remaining` is what is left of the pool for everybody, whatever is selected (D-8).
    """

    total: Decimal | None
    consumed_in_selection: Decimal | None
    consumed: Decimal | None
    remaining: Decimal | None


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One line of the enterprise-wide section: units are never added to other units (AE-12)."""

    group: ActivityGroup
    category: Category
    allocation: AllocationType
    is_consumable: bool
    figures: Figures
    entitlement_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """A user who is a support contact in a workspace."""

    user_id: str
    workspace_id: str


def enterprise_wide(
    lines: Iterable[Line], selected: frozenset[str], holders: Iterable[Holder] = ()
) -> tuple[CategoryLine, ...]:
    """The enterprise-wide section for the selected workspaces (CA-18, CA-19, D-8); what was not bought is
    absent.

    `lines`: those of ENTERPRISE_WIDE packages of the selected agreements in force; repeated ones count once,
    those not mapped to a selected workspace not at all. `holders`: all support contacts of the mapped
    workspaces.
    """
    mapped = {line.id: line for line in lines if line.workspaces & selected}
    ordered = sorted(mapped.values(), key=lambda line: (_rank(line), line.id))
    holders = tuple(holders)
    return tuple(_category_line(tuple(group), selected, holders) for _, group in groupby(ordered, key=_rank))


def figures(
    is_consumable: bool, total: Decimal | None, consumed: Decimal, in_selection: Decimal | None = None
) -> Figures:
    """The figures of one entitlement (CA-24, CA-27, D-11); `in_selection` None: nothing was selected."""
    if not is_consumable:
        return Figures(None if total is None else two_places(total), None, None, None)
    return Figures(
        None if total is None else two_places(total),
        two_places(consumed if in_selection is None else in_selection),
        two_places(consumed),
        remaining(total, consumed),
    )


def support_contacts(
    holders: Iterable[Holder], mapped: frozenset[str], selected: frozenset[str] | None = None
) -> tuple[Decimal, Decimal]:
    """Distinct people among the mapped workspaces: those in the selection, and all (D-35)."""
    held = [holder for holder in holders if holder.workspace_id in mapped]
    chosen = {holder.user_id for holder in held if selected is None or holder.workspace_id in selected}
    return two_places(Decimal(len(chosen))), two_places(Decimal(len({holder.user_id for holder in held})))


def activity_group(category: Category) -> ActivityGroup:
    """Under which heading of the enterprise-wide section a category stands (CA-19)."""
    return _GROUPS[category]


def drill_down_view(category: Category) -> DrillDownView:
    """Which view opens behind an entitlement; support and proactive services share one (CA-31)."""
    return _VIEWS.get(category, DrillDownView.SUPPORT_AND_PROACTIVE)


def entitlement_class(is_consumable: bool) -> EntitlementClass:
    """A property of the agreement's line: a consumable without use stays a consumable (D-11)."""
    return EntitlementClass.CONSUMABLE_SERVICE if is_consumable else EntitlementClass.ADDITIONAL_BENEFIT


def package_status(starts_on: date, ends_on: date, today: date) -> PackageStatus:
    """Both ends included; a package that has not begun counts as inactive (D-24)."""
    return PackageStatus.ACTIVE if starts_on <= today <= ends_on else PackageStatus.INACTIVE


def only_agreement(agreement_ids: Iterable[str]) -> str | Refused:
    """The one agreement that the add-on section shows (CA-21, AE-15)."""
    named = set(agreement_ids)
    return named.pop() if len(named) == 1 else Refused("ADD_ON_NEEDS_ONE_AGREEMENT", "CA-21", "agreement_id")


def _rank(line: Line) -> tuple[int, AllocationType, bool]:
    """The order of the page, and what may be added up: one category, one unit, one class."""
    return _ORDER[line.category], line.allocation, not line.is_consumable


def _category_line(lines: tuple[Line, ...], selected: frozenset[str], holders: tuple[Holder, ...]) -> CategoryLine:
    first = lines[0]
    totals = [line.total for line in lines if line.total is not None]
    in_selection, overall = _used(lines, selected, holders)
    total = sum(totals, ZERO) if len(totals) == len(lines) else None
    return CategoryLine(
        _GROUPS[first.category],
        first.category,
        first.allocation,
        first.is_consumable,
        figures(first.is_consumable, total, overall, in_selection),
        tuple(line.id for line in lines),
    )


def _used(lines: tuple[Line, ...], selected: frozenset[str], holders: tuple[Holder, ...]) -> tuple[Decimal, Decimal]:
    if lines[0].category is Category.SUPPORT_CONTACTS:
        return support_contacts(holders, frozenset().union(*(line.workspaces for line in lines)), selected)
    sums = [(workspace, used) for line in lines for workspace, used in line.ledger.items()]
    return sum((used for workspace, used in sums if workspace in selected), ZERO), sum((u for _, u in sums), ZERO)
