"""A document that was read, checked and priced: it can be run any number of times."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Final

import strawberry
from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    create_source_event_stream,
    default_field_resolver,
    default_type_resolver,
    located_error,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.arguments import NO_VARIABLES
from schema.execution.compiler import Unsupported
from schema.execution.limits import Limits, too_complex
from schema.execution.outcome import Outcome
from schema.execution.outline import outline
from schema.execution.plan import Field, Place
from schema.execution.price import Formula
from schema.execution.roots import roots_of
from schema.execution.run import Run
from schema.execution.variables import Coercion, Variables
from schema.execution.variants import Variants

Executor = StrawberryGraphQLCoreExecutionContext

_TOO_DEAR: Final = "The operation costs more than it may. Ask for smaller pages (`first`) of nested lists."


@dataclass(frozen=True)
class Prepared:
    """What is known of a document before it meets a request."""

    schema: strawberry.Schema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variants: Variants | None
    formula: Formula
    limits: Limits
    mark: str


MOST_BRIEF: Final = 1024
"""Principals that one document remembers."""


class Document:
    """One operation of one document; made by `Engine.document`."""

    def __init__(self, prepared: Prepared, executor: type[Executor], fallbacks: Counter[str]) -> None:
        self._prepared = prepared
        self._executor = executor
        self._fallbacks = fallbacks
        self._brief: set[Hashable] = set()
        hide = prepared.schema.config.disable_field_suggestions
        self._coercion = Coercion(prepared.schema._schema, prepared.operation, prepared.limits, hide=hide)
        self._serially = self.operation_type is OperationType.MUTATION

    def is_brief(self, who: Hashable) -> bool:
        """Whether the last run for this principal took a single statement."""
        return who in self._brief

    def note_brief(self, who: Hashable, brief: bool) -> None:
        """For whoever runs it to note; kept for each principal, so that others' answers change nobody's statements."""
        if not brief:
            self._brief.discard(who)
        elif who not in self._brief:
            if len(self._brief) >= MOST_BRIEF:
                self._brief.clear()
            self._brief.add(who)

    @property
    def operation_type(self) -> OperationType:
        return self._prepared.operation.operation

    @property
    def operation_name(self) -> str | None:
        name = self._prepared.operation.name
        return name.value if name else None

    @property
    def declared(self) -> dict[str, bool]:
        """Its variables, each with whether it must be given."""
        found = self._prepared.operation.variable_definitions or ()
        return {
            each.variable.name.value: isinstance(each.type, NonNullTypeNode) and each.default_value is None
            for each in found
        }

    @property
    def idless(self) -> frozenset[str]:
        """Those of its variables that take no id."""
        found = self._prepared.operation.variable_definitions or ()
        return frozenset(each.variable.name.value for each in found if _named(each.type) not in ("ID", "String"))

    @property
    def roots(self) -> frozenset[str]:
        """The root fields that it names."""
        return roots_of(self._prepared.operation, self._prepared.fragments)

    @property
    def mark(self) -> str:
        """Names the document in logs: the start of its SHA-256 (`marked`)."""
        return self._prepared.mark

    def outline(self) -> list[str]:
        """The plan that was compiled last, in words; empty where graphql-core executes."""
        variants = self._prepared.variants
        plan = variants.newest if variants else None
        return outline(plan) if plan else []

    def price(self, variables: Variables = None) -> int:
        """The cost of running with these raw variables, in rows and nodes; at least what it will touch."""
        return self._prepared.formula.cost(variables or {})

    def check_price(self, variables: Variables = None) -> int:
        """The price; raises Refused with QUERY_TOO_COMPLEX, `cost` and `limit` when it is above the limit."""
        cost, limit = self.price(variables), self._prepared.limits.cost
        if cost > limit:
            raise too_complex(_TOO_DEAR, cost=cost, limit=limit)
        return cost

    async def run(self, context: Any, variables: Variables = None, root_value: Any = None) -> Outcome:
        """Execute a query or a mutation.

        Raises Refused before anything is resolved: QUERY_TOO_COMPLEX, or BAD_USER_INPUT for variables.
        """
        self.check_price(variables)
        return await self.run_event(root_value, context, self._coercion.values(variables))

    async def run_event(self, root: Any, context: Any, values: VariableValues = NO_VARIABLES) -> Outcome:
        """Execute once below a root value, for instance an event of a subscription; `values` are coerced."""
        plan = self._plan(values)
        if plan is None:
            return await self._by_graphql_core(root, context, values)
        run = Run(context, values, _Infos(self, root, context, values), default_type_resolver)
        return await run.execute(plan, root, serially=self._serially)

    async def subscribe(
        self,
        context: Any,
        variables: Variables = None,
        root_value: Any = None,
        settle: Callable[[], Awaitable[None]] | None = None,
    ) -> AsyncGenerator[Outcome, None]:
        """One outcome per event; a subscription that cannot start, or breaks, ends with an outcome without data.

        Raises Refused as `run` does. The source is closed with the iterator. `settle` is awaited when an event was
        executed, before its outcome is handed out: whoever takes that may take its time.
        """
        self.check_price(variables)
        values = self._coercion.values(variables)
        source: Any = create_source_event_stream(self.executor(root_value, context, values))
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            yield Outcome(source.data, list(source.errors or ()))
            return
        try:
            async for event in source:
                outcome = await self.run_event(event, context, values)
                if settle is not None:
                    await settle()
                yield outcome
        except Exception as error:
            yield Outcome(None, [located_error(error, [self._prepared.operation])])
        finally:
            close = getattr(source, "aclose", None)
            if close is not None:
                await close()

    def executor(self, root: Any, context: Any, values: VariableValues) -> Executor:
        """graphql-core's executor for the same request."""
        prepared = self._prepared
        return self._executor(
            prepared.schema._schema,
            prepared.fragments,
            {name: FragmentDetails(fragment) for name, fragment in prepared.fragments.items()},
            root,
            context,
            prepared.operation,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            hide_suggestions=prepared.schema.config.disable_field_suggestions,
        )

    def _plan(self, values: VariableValues) -> Place | None:
        try:
            if self._prepared.variants is None:
                raise Unsupported("Fragments with variables.")
            return self._prepared.variants.plan(values)
        except (Unsupported, GraphQLError) as reason:
            self._fallbacks[str(reason)] += 1
            return None

    async def _by_graphql_core(self, root: Any, context: Any, values: VariableValues) -> Outcome:
        result: Any = self.executor(root, context, values).execute_operation(self._serially)
        if isawaitable(result):
            result = await result
        return Outcome(result.data, list(result.errors or ()))


def _named(type_: TypeNode) -> str:
    """The name of a type, in whatever it is wrapped; one value is taken for a list of one."""
    while isinstance(type_, ListTypeNode | NonNullTypeNode):
        type_ = type_.type
    return type_.name.value if isinstance(type_, NamedTypeNode) else ""


class _Infos:
    """Makes `info` for the resolvers that want one; graphql-core's executor is built for the first of them."""

    __slots__ = ("_document", "_executor", "_request")

    def __init__(self, document: Document, root: Any, context: Any, values: VariableValues) -> None:
        self._document = document
        self._request = (root, context, values)
        self._executor: Executor | None = None

    def __call__(self, field: Field, path: Any) -> Any:
        if self._executor is None:
            self._executor = self._document.executor(*self._request)
        return self._executor.build_resolve_info(field.definition, field.nodes, field.parent_type, path)
