"""Conditions on a case, as SLA items and routing rules use them (2.4, 2.5): typed, closed, and without code.

    {"field": "priority", "operator": "EQ", "value": "HIGH"}
    {"and": [condition, ...]}
    {"or": [condition, ...]}

`parse` turns decoded JSON into a condition once; `holds` then asks it of a mapping from column names to values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import auto
from operator import eq, ne
from typing import Any, Final

from resolvers.rules.refused import Refused, bad_input
from tenancy.words import (
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    SlaSource,
    Stage,
    SupportKind,
)
from tenancy.words.word import Word

DEEPEST: Final = 4
MOST_PARTS: Final = 50
LONGEST_TEXT: Final = 200

FIELDS: Final[Mapping[str, type]] = {
    "priority": Priority,
    "origin": Origin,
    "case_type": CaseType,
    "support_kind": SupportKind,
    "classification": Classification,
    "state": CaseState,
    "status": CaseStatus,
    "stage": Stage,
    "sla_source": SlaSource,
    "title": str,
    "customer_id": str,
    "contact_id": str,
    "subject_id": str,
    "product_id": str,
    "workspace_id": str,
    "entitlement_id": str,
    "agreement_id": str,
    "package_id": str,
    "owner_id": str,
    "is_escalated": bool,
    "first_response_sent": bool,
}
"""The columns of a case that a condition may ask about, and what their values are."""


class Operator(Word):
    """How a column is compared. One without a value equals and contains nothing; texts are compared without case."""

    EQ = auto()
    NE = auto()
    IN = auto()
    NOT_IN = auto()
    CONTAINS = auto()
    IS_SET = auto()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One column against a value: a tuple for IN and NOT_IN, a boolean for IS_SET."""

    field: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Every:
    """All of its parts."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of its parts."""

    parts: "tuple[Condition, ...]"


Condition = Comparison | Every | Some


def holds(condition: Condition | None, facts: Mapping[str, Any]) -> bool:
    """Whether the condition is true of a case; None is true of every case. A column not in `facts` has no value."""
    if isinstance(condition, Every):
        return all(holds(part, facts) for part in condition.parts)
    if isinstance(condition, Some):
        return any(holds(part, facts) for part in condition.parts)
    return condition is None or _COMPARE[condition.operator](_folded(facts.get(condition.field)), condition.value)


def parse(document: Any, path: str = "condition") -> Condition | Refused:
    """A condition from decoded JSON; refuses with BAD_USER_INPUT and the path of the part that is wrong.

    At most `DEEPEST` levels of and/or, and `MOST_PARTS` parts or values in each.
    """
    return _parsed(document, path, DEEPEST)


def _parsed(document: Any, path: str, depth: int) -> Condition | Refused:
    if not isinstance(document, Mapping):
        return _wrong(path)
    if document.keys() == {"and"}:
        parts = _parts(document["and"], f"{path}.and", depth)
        return parts if isinstance(parts, Refused) else Every(parts)
    if document.keys() == {"or"}:
        parts = _parts(document["or"], f"{path}.or", depth)
        return parts if isinstance(parts, Refused) else Some(parts)
    if document.keys() == {"field", "operator", "value"}:
        return _comparison(document["field"], document["operator"], document["value"], path)
    return _wrong(path)


def _parts(documents: Any, path: str, depth: int) -> tuple[Condition, ...] | Refused:
    if not isinstance(documents, list) or not 1 <= len(documents) <= MOST_PARTS or not depth:
        return _wrong(path)
    parts: list[Condition] = []
    for place, document in enumerate(documents):
        part = _parsed(document, f"{path}[{place}]", depth - 1)
        if isinstance(part, Refused):
            return part
        parts.append(part)
    return tuple(parts)


def _comparison(field: Any, operator: Any, value: Any, path: str) -> Comparison | Refused:
    if not isinstance(field, str) or field not in FIELDS:
        return _wrong(f"{path}.field")
    if not isinstance(operator, str) or operator not in Operator.__members__:
        return _wrong(f"{path}.operator")
    known = Operator(operator)
    if known is Operator.CONTAINS and FIELDS[field] is not str:
        return _wrong(f"{path}.operator")
    if known in (Operator.IN, Operator.NOT_IN):
        return _choice(field, known, value, path)
    if not _is_value(bool if known is Operator.IS_SET else FIELDS[field], value):
        return _wrong(f"{path}.value")
    return Comparison(field, known, _folded(value))


def _choice(field: str, operator: Operator, values: Any, path: str) -> Comparison | Refused:
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_PARTS:
        return _wrong(f"{path}.value")
    if not all(_is_value(FIELDS[field], value) for value in values):
        return _wrong(f"{path}.value")
    return Comparison(field, operator, tuple(map(_folded, values)))


def _is_value(kind: type, value: Any) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return 1 <= len(value) <= LONGEST_TEXT if kind is str else value in kind.__members__  # type: ignore[attr-defined]  # the other kinds are words


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _wrong(path: str) -> Refused:
    return bad_input("CS-10", path)


_COMPARE: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: eq,
    Operator.NE: ne,
    Operator.IN: lambda actual, values: actual in values,
    Operator.NOT_IN: lambda actual, values: actual not in values,
    Operator.CONTAINS: lambda actual, value: actual is not None and value in actual,
    Operator.IS_SET: lambda actual, value: (actual is not None) is value,
}
