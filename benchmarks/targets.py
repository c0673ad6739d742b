"""What the gateway must reach beside its peers, as ratios within one run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.questions import LISTS

THREE = (*LISTS, "one_case")
OWN = "gateway"

Costs = Mapping[tuple[str, str], float]
"""(query, server) -> processor seconds per 1,000 requests."""


@dataclass(frozen=True)
class Verdict:
    """One target on one query: the gateway's cost divided by the peer's."""

    text: str
    query: str
    limit: float
    ratio: float

    @property
    def met(self) -> bool:
        return self.ratio <= self.limit


@dataclass(frozen=True)
class Target:
    """The gateway's processor time is at most `limit` times a peer's; of the server, or of PostgreSQL for it."""

    peer: str
    limit: float
    queries: Sequence[str] = THREE
    of_postgres: bool = False

    def verdicts(self, server: Costs, postgres: Costs) -> Iterator[Verdict]:
        """One for each query for which both were measured."""
        costs = postgres if self.of_postgres else server
        whose = "PostgreSQL's CPU" if self.of_postgres else "CPU"
        for query in self.queries:
            if (query, OWN) in costs and costs.get((query, self.peer)):
                ratio = costs[query, OWN] / costs[query, self.peer]
                yield Verdict(f"{whose} / {self.peer}'s", query, self.limit, ratio)


TARGETS = (
    Target("postgraphile_rls", 0.5),
    Target("postgraphile_condition", 0.67),
    Target("mercurius_dataloader", 1.0, LISTS),
    Target("hand_written", 2.0, LISTS),
    Target("strawberry_plain", 0.05, LISTS),
    Target("postgraphile_rls", 1.25, of_postgres=True),
)
