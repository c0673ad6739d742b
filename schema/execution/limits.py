"""How much a document may ask for, and the walk that finds out before anything is validated or executed.

Every fragment is looked at once, however often it is spread; sums saturate. So refusing costs no more than reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
    """Fields and fragments inside each other; a guard of the walk, not of the answer."""
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


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a selection set reaches, fragments included."""

    fields: int = 0
    depth: int = 0
    aliases: int = 0


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
    extent = _Walk(fragments, limits).of(operation.selection_set, 1)
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
        _at_most(self._nesting, nesting, "levels")
        return _together(self._selection(each, nesting + 1) for each in selections.selections)

    def _selection(self, node: Any, nesting: int) -> Extent:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, nesting)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set, nesting)
        assert isinstance(node, FieldNode)
        below = self.of(node.selection_set, nesting) if node.selection_set else Extent()
        depth = 0 if node.name.value in INTROSPECTION else below.depth
        return Extent(1, depth + 1, below.aliases + (node.alias is not None))

    def _fragment(self, name: str, nesting: int) -> Extent:
        """Unknown fragments and circles reach nowhere: validation has a better word for them."""
        if name not in self._known:
            self._known[name] = Extent()
            if name in self._fragments:
                self._known[name] = self.of(self._fragments[name].selection_set, nesting)
        return self._known[name]


def _together(extents: Iterable[Extent]) -> Extent:
    fields = depth = aliases = 0
    for extent in extents:
        fields = min(fields + extent.fields, SATURATED)
        depth = max(depth, extent.depth)
        aliases = min(aliases + extent.aliases, SATURATED)
    return Extent(fields, depth, aliases)
