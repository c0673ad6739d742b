"""Several statements as one: each finds what stands below the rows of an earlier one.

Levels of a document that are known beforehand need not wait for each other. The statement of a lower level asks for the
children of a list of keys; here that list is what the level above has just found, in the same statement:

    with w0 as (the first), w1 as (the second, for array(select id from w0)), ...
    select from w0 union all select from w1 ...

Each keeps its own boundaries, as if it were asked alone. Columns of one type share a place, so that rows stay narrow.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from tenancy.database import Row
from tenancy.record import part_of
from tenancy.statements import Statement, Text, type_of

_PARAMETER: Final = re.compile(r"\$(\d+)(::UUID\[\])?")


@dataclass(frozen=True)
class Step:
    """One statement; `above` is the place of an earlier one, whose ids are its `keys`. `values` are parameters that are
    known beforehand. Rows of a step that stands above others have an `id`."""

    statement: Statement
    above: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Cascade:
    """Steps, asked at once; make it once, behind a cache. The first one takes its parameters from the caller."""

    record = Row

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._texts: dict[frozenset[str], Text] = {}
        self._slots: list[str] = []
        columns = [step.statement.source.selected_columns for step in steps]
        self._places = [self._placed([type_of(column) for column in each]) for each in columns]
        self._cuts = [_cut(places) for places in self._places]
        self._makes: list[Any] = [part_of(*each.keys()) for each in columns]

    def text(self, holding: frozenset[str]) -> Text:
        """The statement for viewers who hold exactly these flags."""
        found = self._texts.get(holding)
        if found is None:
            found = self._texts[holding] = self._joined([step.statement.text(holding) for step in self._steps])
        return found

    def split(self, rows: Sequence[Row]) -> list[list[Any]]:
        """The rows of each step, in its order, each with its own columns."""
        found: list[list[Any]] = [[] for _ in self._steps]
        for row in rows:
            step = row[0]
            found[step].append(tuple.__new__(self._makes[step], self._cuts[step](row)))
        return found

    def _placed(self, types: Sequence[str]) -> list[int]:
        """A slot for each column: one of its type that this step does not use yet."""
        taken: list[int] = []
        for type_ in types:
            free = [slot for slot, known in enumerate(self._slots) if known == type_ and slot not in taken]
            if not free:
                free = [len(self._slots)]
                self._slots.append(type_)
            taken.append(free[0])
        return taken

    def _joined(self, texts: Sequence[Text]) -> Text:
        names: list[str] = []
        own: dict[str, Any] = {}
        parts, shown = [], []
        for number, (step, text) in enumerate(zip(self._steps, texts, strict=True)):
            sql = _renumbered(number, step, text, names, own)
            parts.append(f"w{number} as materialized (select row_number() over () as at, l.* from ({sql}) l)")
            shown.append(self._shown(number, step.statement.source.selected_columns.keys()))
        all_of_them = " union all ".join(shown)
        slots = ", ".join(f"s{slot}" for slot in range(len(self._slots)))
        whole = f"with {', '.join(parts)} select step, {slots} from ({all_of_them}) every order by step, at"
        return Text(whole, names, own)

    def _shown(self, number: int, columns: Sequence[str]) -> str:
        filled = dict(zip(self._places[number], columns, strict=True))
        values = (f'"{filled[slot]}"' if slot in filled else f"null::{type_}" for slot, type_ in enumerate(self._slots))
        named = ", ".join(f"{value} as s{slot}" for slot, value in enumerate(values))
        return f"select {number} as step, at, {named} from w{number}"


def _renumbered(number: int, step: Step, text: Text, names: list[str], own: dict[str, Any]) -> str:
    """The text of a step with its parameters behind those of the steps before it; facts of the viewer are shared."""

    def place(match: re.Match[str]) -> str:
        name = text.names[int(match[1]) - 1]
        if name == "keys" and step.above is not None:
            return f"array(select id from w{step.above})"
        value = step.values.get(name, text.own.get(name))
        if value is not None:
            name = f"{name}_of_{number}"
            own[name] = value
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}{match[2] or ''}"

    return _PARAMETER.sub(place, text.sql)


def _cut(places: Sequence[int]) -> Any:
    """The columns of a step out of a row, whose first one tells the step."""
    if len(places) == 1:
        return itemgetter(slice(places[0] + 1, places[0] + 2))
    return itemgetter(*(place + 1 for place in places))
