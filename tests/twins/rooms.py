"""Several processes ask at once, each in twins of its own, all in one cluster."""

import asyncio
import gc
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.demo.world import load
from tenancy.embedded import Cluster
from tests.ground import Address, TestCluster, migrate, remove_policies
from tests.ground import template as made_once
from tests.twins.catching import SEED, Caught, faults, look_closely
from tests.twins.planting import Fault
from tests.twins.running import Round, Tally
from tests.twins.twins import Twins, born
from tests.world import TODAY


@dataclass(frozen=True)
class Templates:
    """What twins are copied from: the demo world, and the same without row-level security. `data` is the cluster's."""

    data: Path
    folder: Path
    whole: str
    bare: str

    @classmethod
    async def made(cls, ground: TestCluster, folder: Path) -> "Templates":
        async def world(address: Address) -> None:
            await migrate(address)
            await load(address.system, TODAY)

        whole = await made_once(ground.cluster, "template_twins", world)
        bare = await made_once(ground.cluster, "template_bare", remove_policies, whole)
        return cls(ground.folder, folder, whole, bare)

    def twins(self, person: str, seed: int, fault: Fault | None = None) -> AbstractAsyncContextManager[Twins]:
        """Twins for one person."""
        template = self.bare if fault and not fault.policies else self.whole
        return born(_cluster(self.data), template, self.folder, person, seed, fault.prepare if fault else None)


@cache
def _cluster(data: Path) -> Cluster:
    """The cluster that another process owns. What is there by now stays: the collector need not walk through it."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return Cluster.start(data, attach=True)


def ask(templates: Templates, person: str, seed: int, turns: int, until: float) -> Tally:
    """One person's questions, in a process that does one thing at a time."""

    async def asked() -> Tally:
        tally = Tally()
        async with templates.twins(person, seed) as twins:
            await Round(twins, seed, tally).ask(turns, until)
        return tally

    return asyncio.run(asked())


def look(templates: Templates, person: str, names: tuple[str, ...]) -> list[Caught]:
    """One person looks for the faults of these names."""
    group = [each for each in faults() if each.name in names]
    return asyncio.run(look_closely(person, group, lambda who, fault: templates.twins(who, SEED, fault)))
