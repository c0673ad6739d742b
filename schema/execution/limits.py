"""How much a document may ask for, and the walk that finds out before anything is validated or executed.

Every fragment is looked at once, however often it is spread; sums saturate. So refusing costs no more than reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from schema.execution.outcome import TOO_COMPLEX, Refused, refusal

SATURATED = 10**9
INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class Limits:
    """Bounds per document; each is tested in the order of what it costs to find out."""

    characters: int = 32 * 1024
    tokens: int = 2_000
    fragments: int = 50
    directives: int = 50
    selections: int = 800
    """Fields and spreads as written: what makes validation dear."""
    nesting: int = 64
    """Selection sets inside each other, fragments expanded: a guard of all that walks, in any definition."""
    depth: int = 12
    """Fields inside each other. Introspection has its own rule in graphql-core."""
    aliases: int = 30
    """After fragments are expanded."""
    query_roots: int = 20
    mutation_roots: int = 5
    cost: int = 5_000
    page: int = 25
    """The size of a page when the document does not say."""
    largest_page: int = 100
    """The size of a page when nobody knows."""
    list_size: int = 10
    """The assumed length of a list that has no pages; metadata={"page": n} on the field knows better."""
    shown_errors: int = 20


class Extent(NamedTuple):
    """How far a selection set reaches, fragments included."""

    fields: int = 0
    depth: int = 0
    aliases: int = 0
    nesting: int = 0


_NOTHING = Extent()


def too_complex(message: str, **extensions: Any) -> Refused:
    """A refusal because of a limit."""
    return refusal(TOO_COMPLEX, [GraphQLError(message)], **extensions)


def check_size(text: str, limits: Limits) -> None:
    """Before parsing: raises Refused for documents longer than the limit."""
    if len(text) > limits.characters or len(text.encode(errors="replace")) > limits.characters:
        raise too_complex("The document is too long.", limit=limits.characters)


def check_extent(document: DocumentNode, operation: OperationDefinitionNode, limits: Limits) -> None:
    """After parsing, before validation: raises Refused for the first limit exceeded."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    _at_most(limits.fragments, sum(isinstance(d, FragmentDefinitionNode) for d in document.definitions), "fragments")
    selections, directives = _written(document)
    _at_most(limits.selections, selections, "selections")
    _at_most(limits.directives, directives, "directives")
    walk = _Walk(fragments, limits)
    extent = walk.of(operation.selection_set, 1)
    walk.others(document, operation)
    _at_most(limits.depth, extent.depth, "levels of fields")
    _at_most(limits.aliases, extent.aliases, "aliases")
    roots = limits.mutation_roots if operation.operation is OperationType.MUTATION else limits.query_roots
    _at_most(roots, extent.fields, "root fields")


def _at_most(limit: int, found: int, what: str) -> None:
    if found > limit:
        raise too_complex(f"The document has too many {what}.", limit=limit)


def _written(document: DocumentNode) -> tuple[int, int]:
    """Selections and directives in the document, wherever, each as often as it is written."""
    selections = directives = 0
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        directives += len(getattr(node, "directives", None) or ())
        waiting += getattr(node, "variable_definitions", None) or ()
        selection_set = getattr(node, "selection_set", None)
        if selection_set is not None:
            selections += len(selection_set.selections)
            waiting += selection_set.selections
    return selections, directives


class _Walk:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits) -> None:
        self._fragments = fragments
        self._nesting = limits.nesting
        self._known: dict[str, Extent] = {}

    def of(self, selections: SelectionSetNode, nesting: int) -> Extent:
        """How far this one reaches, `nesting` levels below its definition. Raises Refused where that is too deep."""
        _at_most(self._nesting, nesting, "levels")
        return _together(self._selection(each, nesting + 1) for each in selections.selections)

    def others(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        """Looks at what this operation does not reach: validation looks there, too."""
        for each in document.definitions:
            if isinstance(each, FragmentDefinitionNode):
                self._fragment(each.name.value, 1)
            elif isinstance(each, OperationDefinitionNode) and each is not operation:
                self.of(each.selection_set, 1)

    def _selection(self, node: Any, nesting: int) -> Extent:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, nesting)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set, nesting)
        assert isinstance(node, FieldNode)
        below = self.of(node.selection_set, nesting) if node.selection_set else _NOTHING
        depth = 0 if node.name.value in INTROSPECTION else below.depth
        return Extent(1, depth + 1, below.aliases + (node.alias is not None), below.nesting)

    def _fragment(self, name: str, nesting: int) -> Extent:
        """Unknown fragments and circles reach nowhere: validation has a better word for them."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = _NOTHING
            fragment = self._fragments.get(name)
            known = self._known[name] = self.of(fragment.selection_set, nesting) if fragment else _NOTHING
        _at_most(self._nesting, nesting + known.nesting - 1, "levels")
        return known


def _together(extents: Iterable[Extent]) -> Extent:
    """One selection set, from what it selects."""
    fields = depth = aliases = nesting = 0
    for extent in extents:
        fields = min(fields + extent.fields, SATURATED)
        depth = max(depth, extent.depth)
        aliases = min(aliases + extent.aliases, SATURATED)
        nesting = max(nesting, extent.nesting)
    return Extent(fields, depth, aliases, nesting + 1)
