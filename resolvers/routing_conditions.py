"""Conditions of routing rules between the contract and the rules: ids are global outside, and plain inside (CS-10).

The contract says `{field: PRIORITY, operator: EQ, values: ["HIGH"]}`; `all` and `any` join conditions. Rules are
written down as `resolvers.rules.conditions` reads them, and never as text that somebody runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import auto
from typing import Any, Final

from sqlalchemy import select

from resolvers import ids
from resolvers.loaders import KEYS
from resolvers.rules.conditions import FIELDS, LONGEST_TEXT, Operator
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.statements import Statement
from tenancy.words.word import Word


class CaseField(Word):
    """What a condition may ask about a case: the columns of `rules.conditions.FIELDS`."""

    PRIORITY = auto()
    ORIGIN = auto()
    CASE_TYPE = auto()
    SUPPORT_KIND = auto()
    CLASSIFICATION = auto()
    STATE = auto()
    STATUS = auto()
    STAGE = auto()
    SLA_SOURCE = auto()
    TITLE = auto()
    CUSTOMER_ID = auto()
    CONTACT_ID = auto()
    SUBJECT_ID = auto()
    PRODUCT_ID = auto()
    WORKSPACE_ID = auto()
    ENTITLEMENT_ID = auto()
    AGREEMENT_ID = auto()
    PACKAGE_ID = auto()
    OWNER_ID = auto()
    IS_ESCALATED = auto()
    FIRST_RESPONSE_SENT = auto()


_NAMED: Final[Mapping[str, tuple[str, Any]]] = {
    "customer_id": ("Customer", t.Customer),
    "contact_id": ("Customer", t.Customer),
    "subject_id": ("Subject", t.Subject),
    "product_id": ("Product", t.Product),
    "workspace_id": ("Workspace", t.Workspace),
    "entitlement_id": ("Entitlement", t.Entitlement),
    "agreement_id": ("Agreement", t.Agreement),
    "package_id": ("Package", t.Package),
    "owner_id": ("User", t.User),
}
"""Columns that name a row: the type of its global id, and its table."""

_THERE: Final = {table: Statement(select(table.id).where(table.id == KEYS)) for _, table in _NAMED.values()}
_MANY: Final = (Operator.IN, Operator.NOT_IN)
_SAID: Final = {"and": "all", "or": "any"}
"""What joins conditions inside -> what the contract calls it."""
_TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class Said:
    """A condition as the contract says it: one comparison, or others joined by `all` or `any`."""

    field: CaseField | None = None
    operator: Operator | None = None
    values: Sequence[str] | None = None
    all: "Sequence[Said] | None" = None
    any: "Sequence[Said] | None" = None


def written(said: Any, path: str) -> Any:
    """The document of a condition (anything shaped like `Said`); what makes no sense is left for `conditions.parse`.

    Ids that are malformed or of another type are NOT_FOUND already.
    """
    joined = [(word, parts) for word, parts in (("and", said.all), ("or", said.any)) if parts is not None]
    compares = said.field is not None or said.operator is not None or said.values is not None
    if len(joined) + compares != 1:
        raise BadInput(field=path, rule="CS-10")
    for word, parts in joined:
        return {word: [written(part, f"{path}.{_SAID[word]}[{place}]") for place, part in enumerate(parts)]}
    if said.field is None or said.operator is None or said.values is None:
        raise BadInput(field=path, rule="CS-10")
    column = said.field.lower()
    values = [_inside(column, said.operator, value, path) for value in said.values]
    if said.operator not in _MANY and len(values) != 1:
        raise BadInput(field=path, rule="CS-10")
    value = values if said.operator in _MANY else values[0]
    return {"field": column, "operator": said.operator, "value": value}


def told(document: Mapping[str, Any]) -> Said:
    """A document as the contract says it."""
    if "and" in document:
        return Said(all=[told(part) for part in document["and"]])
    if "or" in document:
        return Said(any=[told(part) for part in document["or"]])
    operator, column = Operator(document["operator"]), document["field"]
    value = document["value"]
    values = value if isinstance(value, list) else [value]
    return Said(CaseField(column.upper()), operator, [_outside(column, operator, each) for each in values])


def said_path(path: str) -> str:
    """A path in a document, in the words of the contract: `condition.and[0].value` is `condition.all[0].values`."""
    steps = [step.partition("[") for step in path.split(".")]
    named = {**_SAID, "value": "values"}
    return ".".join(named.get(word, word) + bracket + rest for word, bracket, rest in steps)


async def check_named(change: Change, documents: Sequence[Any], field: str) -> None:
    """Everything that conditions name is there for whoever writes them (D-31)."""
    wanted: dict[Any, set[str]] = {}
    for document in documents:
        for column, value in _names(document):
            wanted.setdefault(_NAMED[column][1], set()).add(value)
    for table, keys in wanted.items():
        if len(await change.rows(_THERE[table], keys=sorted(keys))) != len(keys):
            raise NotFound(field=field)


def _names(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word in _SAID:
        for part in document.get(word, ()):
            yield from _names(part)
    column = document.get("field", "")
    if column in _NAMED and document["operator"] != Operator.IS_SET:
        value = document["value"]
        yield from ((column, each) for each in (value if isinstance(value, list) else [value]))


def _inside(column: str, operator: Operator, value: str, path: str) -> Any:
    if operator is Operator.IS_SET or FIELDS[column] is bool:
        return _TRUTHS.get(value, value)
    if column in _NAMED:
        return ids.of(_NAMED[column][0], value, field=path)
    if len(value) > LONGEST_TEXT or "\0" in value:
        raise BadInput(field=path, rule="CS-10", details={"maximum": LONGEST_TEXT})
    return value


def _outside(column: str, operator: Operator, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if column in _NAMED and operator is not Operator.IS_SET:
        return ids.encode(_NAMED[column][0], value)
    return str(value)
