"""Breadth-first execution inside Strawberry: `strawberry.Schema(execution_context_class=BreadthFirstExecution)`.

`schema.execute` then runs plans where it can and graphql-core where it must; leaving the setting out is the way back.
"""

from collections import Counter, OrderedDict
from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution import Executor, default_field_resolver
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.execute import assume_not_awaitable
from graphql.pyutils.is_awaitable import is_awaitable
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.execution.compiler import Operation, Unsupported
from schema.execution.outcome import Outcome
from schema.execution.plan import Field, Place
from schema.execution.run import Run
from schema.execution.variants import Variants
from schema.execution.waiting import Arrived, start

fallbacks: Counter[str] = Counter()
"""How often graphql-core took over, by reason."""

_KNOWN_CHECKS = (is_awaitable, optimized_is_awaitable, assume_not_awaitable)
_KEPT = 512
_variants: OrderedDict[tuple[int, int, int], Variants] = OrderedDict()


class BreadthFirst(Executor[Any]):
    """Mixed into one of graphql-core's executors, it runs the operations that it has a plan for."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        plan = self._plan()
        if plan is None:
            return super().execute_operation(serially)
        if serially is None:
            serially = self.operation.operation is OperationType.MUTATION
        run = Run(self.context_value, self.variable_values, self._info, self.type_resolver)
        run.patient = self.is_awaitable is not assume_not_awaitable
        run.is_async_iterable = self.is_async_iterable
        done, result = start(self._finish(run.execute(plan, self.root_value, serially=serially)))
        return Arrived(result) if done and run.waited else result

    async def _finish(self, pending: Awaitable[Outcome]) -> ExecutionResult:
        outcome = await pending
        self.run_async_work_finished_hook()
        return ExecutionResult(outcome.data, outcome.errors or None)

    def _plan(self) -> Place | None:
        try:
            _assure_ordinary(self)
            return _variants_of(self).plan(self.variable_values)
        except (Unsupported, GraphQLError) as reason:
            fallbacks[str(reason)] += 1
            return None

    def _info(self, field: Field, path: Any) -> Any:
        return self.build_resolve_info(field.definition, field.nodes, field.parent_type, path)


class BreadthFirstExecution(BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """The execution context class for Strawberry."""


def _assure_ordinary(executor: Executor[Any]) -> None:
    """Raises Unsupported for the wishes that only graphql-core fulfils."""
    if executor.middleware_manager is not None and executor.middleware_manager.middlewares:
        raise Unsupported("Middleware.")
    if executor.abort_signal is not None:
        raise Unsupported("An abort signal.")
    if not executor.error_propagation:
        raise Unsupported("Errors that do not propagate.")
    if executor.is_awaitable not in _KNOWN_CHECKS:
        raise Unsupported("Its own idea of what is awaitable.")


def _variants_of(executor: Executor[Any]) -> Variants:
    """Plans are kept by the identity of what they were compiled from, which they keep alive."""
    key = (id(executor.schema), id(executor.operation), id(executor.field_resolver))
    kept = _variants.get(key)
    if kept is not None and kept.made_of(executor.schema, executor.operation):
        return kept
    fragments: dict[str, FragmentDetails] = executor.fragments
    default = executor.field_resolver
    operation = Operation(
        executor.schema,
        executor.operation,
        fragments,
        executor.hide_suggestions,
        None if default is default_field_resolver else default,
    )
    _variants[key] = made = Variants(operation)
    if len(_variants) > _KEPT:
        _variants.popitem(last=False)
    return made
