"""Which cases are additional ones, and why (CA-35, CA-37, CA-38; D-9, D-10; AE-1..8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import auto
from typing import Final

from tenancy.words import Classification, SupportKind
from tenancy.words.word import Word


class AdditionalReason(Word):
    """What makes a case additional (5.7); CLASSIFIED comes with the case's code."""

    AGREEMENT_EXPIRED = auto()
    AGREEMENT_NOT_MAPPED = auto()
    MISSING_AGREEMENT = auto()
    MISSING_PACKAGE = auto()
    MISSING_SERVICE = auto()
    CLASSIFIED = auto()


SERVICES: Final = (SupportKind.ADVISORY, SupportKind.PROBLEM_RESOLUTION)
"""The two services of the panel, in its order (CA-37)."""


BACKING: Final = ("agreement_id", "package_id", "entitlement_id")
"""Columns of a case that name what it is served from."""


@dataclass(frozen=True, slots=True)
class Backing:
    """The agreement of a case: its last day, and the workspaces to which one of its packages is mapped."""

    ends_on: date
    workspaces: frozenset[str]


@dataclass(frozen=True, slots=True)
class Request:
    """A case as far as the rule looks."""

    support_kind: SupportKind
    agreement: Backing | None
    has_package: bool
    has_entitlement: bool
    classification: Classification | None = None


def reasons(case: Request, selected: frozenset[str], today: date) -> tuple[AdditionalReason, ...]:
    """All reasons why the case is additional to somebody who looks at `selected` on `today`; none: it is regular.

    The caller shows cases of the selected workspaces only (D-9).
    """
    if case.support_kind not in SERVICES:
        return ()
    found = _gaps(case, selected, today)
    if case.classification is not None:
        found.append(AdditionalReason.CLASSIFIED)
    return tuple(found)


def unbacked(case: Mapping[str, object]) -> bool:
    """Whether a case, as its row tells it, is additional whatever is selected and on whatever day.

    A case that is fully backed becomes additional only by what happens to its agreement.
    """
    return case["classification"] is not None or any(case[name] is None for name in BACKING)


def panel(cases: Iterable[Request], selected: frozenset[str], today: date) -> dict[SupportKind, int]:
    """How many additional cases each of the two services has; both are always there, each case counts once (D-10)."""
    counts = dict.fromkeys(SERVICES, 0)
    for case in cases:
        if reasons(case, selected, today):
            counts[case.support_kind] += 1
    return counts


def _gaps(case: Request, selected: frozenset[str], today: date) -> list[AdditionalReason]:
    if case.agreement is None:
        return [AdditionalReason.MISSING_AGREEMENT]
    found = []
    if case.agreement.ends_on < today:
        found.append(AdditionalReason.AGREEMENT_EXPIRED)
    if not case.agreement.workspaces & selected:
        found.append(AdditionalReason.AGREEMENT_NOT_MAPPED)
    if not case.has_package:
        found.append(AdditionalReason.MISSING_PACKAGE)
    elif not case.has_entitlement:
        found.append(AdditionalReason.MISSING_SERVICE)
    return found
