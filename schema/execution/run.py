"""One request through a plan."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from graphql.pyutils.is_awaitable import is_async_iterable

from schema.execution.failures import Settlement
from schema.execution.level import run_level, run_serially
from schema.execution.outcome import Outcome
from schema.execution.plan import Field, Place

InfoMaker = Callable[[Field, Path], GraphQLResolveInfo[Any]]
TypeResolver = Callable[[Any, GraphQLResolveInfo[Any], Any], Any]


class Run:
    """The state of one request; see `plan.Running`."""

    __slots__ = (
        "_type_resolver",
        "apart",
        "context",
        "cost",
        "dirty",
        "failures",
        "info",
        "is_async_iterable",
        "patient",
        "places",
        "variables",
        "waited",
    )

    def __init__(self, context: Any, variables: VariableValues, info: InfoMaker, type_resolver: TypeResolver) -> None:
        self.context = context
        self.variables = variables
        self.info = info
        self.apart = False
        self.is_async_iterable: Callable[[Any], bool] = is_async_iterable
        self.patient = True
        self.waited = False
        self.cost = 0
        self.failures = 0
        self.dirty: set[Field] = set()
        self.places: dict[int, Place] = {}
        self._type_resolver = type_resolver

    def resolve_type(self, value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> Any:
        """The name of the concrete type, as the schema or the default finds it; may be awaitable."""
        return (abstract.resolve_type or self._type_resolver)(value, info, abstract)

    async def execute(self, place: Place, root: Any, *, serially: bool) -> Outcome:
        """Data and errors; never raises for what resolvers do."""
        if serially:
            (data,) = await run_serially(self, place, root)
        else:
            (data,) = await run_level(self, place, [root], {type(root)}, None)
        if not self.failures:
            return Outcome(data, [], self.cost)
        settlement = Settlement(self)
        settled = settlement.settle(place, data)
        return Outcome(settled, await settlement.errors(), self.cost)
