"""One walk through a document for all rules of validation at once.

graphql-core's `visit` can edit what it walks through; it stops at every name and every empty list, and asks each rule
at each stop. Nobody edits here: only the stops at which a rule listens are made, so that validation costs half. Rules
are told no path, and names are no stops: no rule of graphql-core or Strawberry asks for either.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from graphql import SKIP, Node, TypeInfo, Visitor
from graphql.language.ast import QUERY_DOCUMENT_KEYS

_NAMES: Final = frozenset({"name", "alias", "description"})
_BELOW: Final = {kind: tuple(key for key in keys if key not in _NAMES) for kind, keys in QUERY_DOCUMENT_KEYS.items()}
_FOR_GOOD: Final = object()
"""In place of the node below which a rule does not look: it looks nowhere any more."""

Call = Callable[..., Any]


class _Stop(NamedTuple):
    """What happens at nodes of one kind; rules by their number."""

    arrive: Call | None
    enter: Sequence[tuple[int, Call]]
    below: Sequence[str]
    leave: Sequence[tuple[int, Call]]
    depart: Call | None


class Walk:
    """Goes through a document, or a part of it, once."""

    def __init__(self, type_info: TypeInfo, rules: Sequence[Visitor]) -> None:
        self._type_info = type_info
        self._rules = rules
        self._away: list[object] = [None] * len(rules)
        self._ancestors: list[Any] = []
        self._stops: dict[str, _Stop] = {}

    def through(self, node: Node, parent: Any = None) -> None:
        """Asks every rule at this node and at those below it. `parent` may be a tuple of nodes."""
        arrive, enter, below, leave, depart = self._stops.get(node.kind) or self._stop(node.kind)
        away, ancestors = self._away, self._ancestors
        skipped = False
        if arrive is not None:
            arrive(node)
        for number, call in enter:
            if away[number] is None:
                verdict = call(node, None, parent, (), ancestors)
                if verdict is SKIP or verdict is False:
                    away[number], skipped = node, True
                elif verdict is not None:
                    away[number] = _FOR_GOOD
        if below:
            self._below(node, parent, below)
        if leave or skipped:
            self._leave(node, parent, leave)
        if depart is not None:
            depart()

    def _leave(self, node: Node, parent: Any, leave: Sequence[tuple[int, Call]]) -> None:
        away = self._away
        for number, call in leave:
            if away[number] is None and call(node, None, parent, (), self._ancestors) not in (None, SKIP, False):
                away[number] = _FOR_GOOD
        away[:] = [None if each is node else each for each in away]

    def _below(self, node: Node, parent: Any, below: Sequence[str]) -> None:
        ancestors = self._ancestors
        if parent is not None:
            ancestors.append(parent)
        for name in below:
            child = getattr(node, name, None)
            if child:
                if type(child) is tuple:
                    ancestors.append(node)
                    for each in child:
                        self.through(each, child)
                    ancestors.pop()
                else:
                    self.through(child, node)
        if parent is not None:
            ancestors.pop()

    def _stop(self, kind: str) -> _Stop:
        calls = [each.get_enter_leave_for_kind(kind) for each in self._rules]
        made = self._stops[kind] = _Stop(
            getattr(self._type_info, f"enter_{kind}", None),
            [(number, each.enter) for number, each in enumerate(calls) if each.enter],
            _BELOW.get(kind, ()),
            [(number, each.leave) for number, each in enumerate(calls) if each.leave],
            getattr(self._type_info, f"leave_{kind}", None),
        )
        return made
