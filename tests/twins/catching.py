"""Whether the check notices mistakes: each planted fault, and after how many questions it was seen."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.twins import faults_of_roles, faults_of_rows, faults_of_sharing, faults_of_telling
from tests.twins.planting import Fault
from tests.twins.running import Round, Tally
from tests.twins.twins import Twins

Born = Callable[[str, Fault], AbstractAsyncContextManager[Twins]]
SEED = 4


@dataclass(frozen=True)
class Caught:
    """How a fault came to light, if it did: whom it showed itself to, after how many questions, and in what."""

    fault: Fault
    person: str | None = None
    asked: int = 0
    what: str = ""


def faults() -> tuple[Fault, ...]:
    """All planted faults."""
    return (
        *faults_of_rows.faults(),
        *faults_of_sharing.faults(),
        *faults_of_telling.faults(),
        *faults_of_roles.faults(),
    )


async def catch(found: Iterable[Fault], born: Born) -> AsyncIterator[Caught]:
    """Look for each fault with one person after the other; those who ask the same twins are asked one after another."""
    left, stage = list(found), 0
    while left:
        for person, policies in sorted({(each.people[stage], each.policies) for each in left}):
            group = [each for each in left if each.people[stage] == person and each.policies is policies]
            async for caught in _group(person, group, born):
                if caught.person or len(caught.fault.people) == stage + 1:
                    left.remove(caught.fault)
                    yield caught
        stage += 1


async def _group(person: str, group: list[Fault], born: Born) -> AsyncIterator[Caught]:
    readers = [each for each in group if not each.writes]
    if readers:
        async with born(person, readers[0]) as twins:
            await _clean(twins)
            for fault in readers:
                yield await _one(twins, fault)
    for fault in group:
        if fault.writes:
            async with born(person, fault) as twins:
                yield await _one(twins, fault)


async def _clean(twins: Twins) -> None:
    """Without a fault the very same twins are equal: what is found later is the fault's."""
    tally = Tally()
    await Round(twins, SEED, tally, writes=0).ask(20)
    assert not tally.differences, tally.differences[0]


async def _one(twins: Twins, fault: Fault) -> Caught:
    tally = Tally()
    asking = Round(twins, SEED, tally, writes=0.9 if fault.writes else 0, near=fault.near)
    with fault.plant():
        for turn in range(fault.turns):
            await asking.turn(turn)
            if tally.differences:
                found = tally.differences[0]
                return Caught(fault, twins.person.key, tally.asked, found.what)
    return Caught(fault, None, tally.asked)
