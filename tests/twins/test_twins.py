"""A short run of `make isolation`: nothing tells the twins apart, and faults do (moonshot 1; T-01, T-06, T-07)."""

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tenancy.embedded import Cluster
from tests.twins.catching import SEED, Caught, catch, faults, look_closely
from tests.twins.contract import pairs
from tests.twins.planting import Fault
from tests.twins.running import Round, Tally
from tests.twins.twins import Twins, born

SHORT = ("ann", "petra")
SAMPLE = ("a share with anybody counts", "rows are remembered by their id")


@pytest.mark.lock("policies")
@pytest.mark.lock("boundaries")
@pytest.mark.parametrize("person", SHORT)
async def test_what_one_may_not_see_changes_no_byte(
    cluster: Cluster, world_template: str, tmp_path: Path, person: str
) -> None:
    """Bodies, errors, cursors, counts, headers and statements of random operations are equal in both twins."""
    tally = Tally()
    async with born(cluster, world_template, tmp_path, person, seed=11) as twins:
        await Round(twins, 11, tally).ask(30)
    assert tally.differences == []
    assert tally.surprises == []


@pytest.mark.lock("policies")
@pytest.mark.lock("boundaries")
async def test_planted_faults_are_seen(cluster: Cluster, world_template: str, tmp_path: Path) -> None:
    """A check that stays green on a broken build proves nothing; `make isolation` plants all of them."""
    chosen = [fault for fault in faults() if fault.name in SAMPLE]
    assert len(chosen) == len(SAMPLE)

    def made(person: str, fault: Fault) -> AbstractAsyncContextManager[Twins]:
        return born(cluster, world_template, tmp_path, person, SEED, fault.prepare)

    def look(person: str, group: list[Fault]) -> Awaitable[list[Caught]]:
        return look_closely(person, group, made)

    missed = [caught.name async for caught in catch(chosen, look) if caught.person is None]
    assert missed == []


def test_there_are_enough_faults_and_each_is_another_one() -> None:
    names = [fault.name for fault in faults()]
    assert len(set(names)) == len(names) >= 30


def test_the_whole_contract_can_be_said() -> None:
    """Every field with every argument and every field of an input is something that documents aim at."""
    assert len(pairs("query")) > 600
    assert len(pairs("mutation")) > 300
