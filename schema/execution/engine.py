"""Documents in, answers out: parsing, limits, validation, plans and prices, all remembered by the document's text."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.compiler import Operation, Unsupported, fragments_of
from schema.execution.document import Document, Prepared
from schema.execution.kept import Kept
from schema.execution.limits import Limits, check_extent, check_size, too_complex
from schema.execution.outcome import PARSE_FAILED, VALIDATION_FAILED, Refused, refusal
from schema.execution.price import formula_of
from schema.execution.refusals import Refusals, key_of
from schema.execution.validation import check_valid
from schema.execution.variants import Variants


class Engine:
    """Executes documents against one Strawberry schema. One per process; not shared between threads.

    Schema extensions of Strawberry do not run here: what they would do belongs to the caller. Field extensions,
    permission classes and custom resolvers do.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        documents: int = 1024,
        limits: Limits | None = None,
        executor: type[StrawberryGraphQLCoreExecutionContext] = StrawberryGraphQLCoreExecutionContext,
        breadth_first: bool = True,
    ) -> None:
        """`documents` are remembered at most; `executor` runs what no plan covers, and all when not `breadth_first`."""
        self.schema = schema
        self.limits = limits or Limits()
        self.fallbacks: Counter[str] = Counter()
        """How often graphql-core executed an operation, by reason."""
        self._executor = executor
        self._hide = schema.config.disable_field_suggestions
        self._breadth_first = breadth_first
        self._kept = Kept(documents)
        self._refusals = Refusals()

    def document(self, text: str, operation_name: str | None = None) -> Document:
        """The document, ready to run.

        Raises Refused with `extensions.code` GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or QUERY_TOO_COMPLEX.
        """
        key = (text, operation_name)
        known = self._kept.get(key)
        if known is not None:
            return known
        check_size(text, self.limits)
        mark = key_of(text, operation_name)
        self._refusals.again(mark)
        try:
            document = self._prepare(text, operation_name)
        except Refused as refused:
            self._refusals.keep(mark, refused)
            raise
        self._kept.put(key, document)
        return document

    def quote(self, text: str, variables: Mapping[str, Any], operation_name: str | None = None) -> tuple[int, int]:
        """What a document would cost, and what is allowed. Raises Refused for one that is wrong in another way."""
        limit = self.limits.cost
        try:
            return self.document(text, operation_name).price(variables), limit
        except Refused as refused:
            told = refused.errors[0].extensions or {}
            if "cost" not in told:
                raise
            return told["cost"], limit

    def knows(self, text: str, operation_name: str | None = None) -> bool:
        """Whether this document was read before, so that reading it, or refusing it, costs nothing."""
        if (text, operation_name) in self._kept:
            return True
        return len(text) <= self.limits.characters and key_of(text, operation_name) in self._refusals

    def _prepare(self, text: str, operation_name: str | None) -> Document:
        limits = self.limits
        node = _parsed(text, limits)
        operation = _operation(node, operation_name)
        check_extent(node, operation, limits)
        check_valid(self.schema._schema, node, shown=limits.shown_errors, hide_suggestions=self._hide)
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        formula = formula_of(self.schema._schema, operation, fragments, limits)
        prepared = Prepared(
            self.schema, operation, fragments, self._variants(node, operation), formula, limits, marked(text)
        )
        document = Document(prepared, self._executor, self.fallbacks)
        if formula.constant is not None:
            document.check_price({})
        return document

    def _variants(self, node: DocumentNode, operation: OperationDefinitionNode) -> Variants | None:
        if not self._breadth_first:
            return None
        try:
            return Variants(Operation(self.schema._schema, operation, fragments_of(node.definitions), self._hide))
        except Unsupported:
            return None


def marked(text: str) -> str:
    """What names a document where its text must not be: 64 bits of its SHA-256."""
    return sha256(text.encode(errors="replace")).hexdigest()[:16]


def _parsed(text: str, limits: Limits) -> DocumentNode:
    try:
        return _unchained(parse(text, max_tokens=limits.tokens))
    except GraphQLError as error:
        if "tokens. Parsing aborted" in error.message:
            raise too_complex("The document has too many tokens.", limit=limits.tokens) from None
        raise refusal(PARSE_FAILED, [error]) from None


def _unchained(node: DocumentNode) -> DocumentNode:
    """Tokens know their neighbours on both sides, which nobody asks after parsing: such a ring would keep the whole
    document until garbage is looked for."""
    token = node.loc.start_token if node.loc else None
    while token is not None:
        token.prev, token = None, token.next
    return node


def _operation(node: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is meant; without a name there must be only one."""
    operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name is not None and each.name.value == name]
    if len(operations) == 1:
        return operations[0]
    raise refusal(VALIDATION_FAILED, [GraphQLError(_no_operation(name, len(operations)))])


def _no_operation(name: str | None, found: int) -> str:
    if name is not None and not found:
        return "Unknown operation name."
    if not found:
        return "Must provide an operation."
    return "Must provide operation name if query contains multiple operations."
