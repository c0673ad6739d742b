"""Crashes lose nothing that was acknowledged and leave nothing half done (D-01, D-02, D-04); `make crash` is longer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.crash.grounds import Base, based
from tests.crash.storm import Plan, Round, Storm, storm
from tests.gateway.test_process import free_port

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
async def base(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Base]:
    folder: Path = tmp_path_factory.mktemp("crash")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o711)  # so that root can hand the server to an account that is not root
    async with based(folder) as found:
        yield found


async def test_a_killed_server_loses_no_case_and_charges_none_twice(base: Base) -> None:
    """D-01, D-04: three kills among 120 openings on an entitlement of 100"""
    plan = Plan(cases=120, terms=100, kills=3, seed=1)
    async with storm(base, free_port(), plan) as there:
        rounds = await there.server_dies()
        assert any(each.open for each in rounds), "no kill met a transaction: nothing was tried"
        await _all_is_well(there, rounds)


async def test_a_killed_database_loses_no_acknowledged_case(base: Base) -> None:
    """D-02, F-02: two kills of PostgreSQL; the gateway goes on without being started again"""
    plan = Plan(cases=90, terms=1000, kills=2, seed=2)
    async with storm(base, free_port(), plan) as there:
        rounds = await there.database_dies()
        await _all_is_well(there, rounds)


async def _all_is_well(there: Storm, rounds: list[Round]) -> None:
    for each in rounds:
        assert (each.books.lost, each.books.trouble) == ((), {})
        assert each.books.remaining == there.plan.terms - each.books.cases
    books = await there.settle()
    opened = min(there.plan.cases, there.plan.terms)
    assert books.cases == opened
    assert books.remaining == there.plan.terms - opened
    assert (books.lost, books.unsaid, books.trouble) == ((), 0, {})
    refused = [answer for answer in there.crowd.acked.values() if answer == "ENTITLEMENT_EXHAUSTED"]
    assert len(refused) == there.plan.cases - opened
    assert there.crowd.surprises == []
