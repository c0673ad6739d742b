"""Whether the check notices mistakes: each planted fault, and after how many questions it was seen."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.twins import faults_of_roles, faults_of_rows, faults_of_sharing, faults_of_telling
from tests.twins.planting import Fault, recompiled
from tests.twins.running import Difference, Round, Tally
from tests.twins.twins import Twins

Born = Callable[[str, Fault], AbstractAsyncContextManager[Twins]]
Look = Callable[[str, list[Fault]], Awaitable[list["Caught"]]]
SEED = 4


@dataclass(frozen=True)
class Caught:
    """How a fault came to light, if it did: whom it showed itself to, after how many questions, and in what."""

    name: str
    person: str | None = None
    asked: int = 0
    what: str = ""
    aim: str = ""
    document: str = ""


def faults() -> tuple[Fault, ...]:
    """All planted faults."""
    return (
        *faults_of_rows.faults(),
        *faults_of_sharing.faults(),
        *faults_of_telling.faults(),
        *faults_of_roles.faults(),
    )


async def catch(found: Iterable[Fault], look: Look) -> AsyncIterator[Caught]:
    """Look for each fault with one person after the other; `look` asks one person about several, as many at once as it
    likes."""
    left, stage = list(found), 0
    while left:
        looking = [look(person, group) for person, group in groups(left, stage)]
        for done in asyncio.as_completed(looking):
            for caught in await done:
                fault = next(each for each in left if each.name == caught.name)
                if caught.person or len(fault.people) == stage + 1:
                    left.remove(fault)
                    yield caught
        stage += 1


def groups(found: list[Fault], stage: int) -> list[tuple[str, list[Fault]]]:
    """Faults that can be looked at in the same twins, with the person who asks."""
    by: dict[tuple[str, bool], list[Fault]] = {}
    for each in found:
        by.setdefault((each.people[stage], each.policies), []).append(each)
    together: list[tuple[str, list[Fault]]] = []
    for (person, _), group in by.items():
        readers = [each for each in group if not each.alone]
        together += [(person, readers[at : at + MOST]) for at in range(0, len(readers), MOST)]
        together += [(person, [each]) for each in group if each.alone]
    return together


MOST = 8
"""Faults looked at in one pair of twins."""


async def look_closely(person: str, group: list[Fault], born: Born) -> list[Caught]:
    """Each fault of a group, in twins that are equal without it: what is found is the fault's."""
    async with born(person, group[0]) as twins:
        if not group[0].writes:
            await _clean(twins)
        return [await _one(twins, fault) for fault in group]


async def _clean(twins: Twins) -> None:
    tally = Tally()
    await Round(twins, SEED, tally, writes=0).ask(20)
    assert not tally.differences, tally.differences[0]


async def _one(twins: Twins, fault: Fault) -> Caught:
    tally = Tally()
    asking = Round(twins, SEED, tally, writes=float(fault.writes), near=fault.near)
    with fault.plant():
        for turn in range(fault.turns):
            await asking.turn(turn)
            if tally.differences:
                break
        else:
            return Caught(fault.name, None, tally.asked)
    found = tally.differences[0]
    if not fault.writes:
        await _gone(twins, fault, found)
    return Caught(fault.name, twins.person.key, tally.asked, found.what, found.aim, found.document)


async def _gone(twins: Twins, fault: Fault, found: Difference) -> None:
    """Without the fault the same question is answered alike: the difference was the fault's and nothing else's."""
    with recompiled():
        a, b = await twins.ask(twins.person.key, found.document, json.loads(found.variables), json.loads(found.headers))
    assert a.apart(b) is None, f"{fault.name}: the twins differ without it: {found.document} {found.variables}"
