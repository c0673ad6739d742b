"""When keys are fetched, and above all when they are not: K-06, K-07, K-09."""

from asyncio import Event, gather, sleep
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from gateway.identity.compact import TokenError
from gateway.identity.key_ring import UNKNOWN_KIDS, KeyRing
from tenancy.errors import Unauthenticated, Unavailable
from tests.gateway.identity.forge import (
    FOREIGN_KEY,
    NOW,
    TEMPLATE_KEY,
    USUAL,
    Endpoint,
    Gate,
    b64,
    bearer,
    document,
    entry,
    header,
    token,
)


async def refused(gate: Gate, text: str) -> None:
    with pytest.raises(Unauthenticated):
        await gate.verifier.verify(bearer(text))


async def test_k_06_a_thousand_unknown_kids_cause_one_fetch_and_slow_nobody_down(gate: Gate) -> None:
    honest = token()
    await gate.verifier.verify(bearer(honest))
    body = honest.partition(".")[2]
    took = []
    for number in range(1000):
        await refused(gate, f"{b64(header(f'evil-{number}'))}.{body}")
        started = perf_counter()
        await gate.verifier.verify(bearer(honest))
        took.append(perf_counter() - started)
    assert gate.endpoint.fetches == 2, "the first set, and one on behalf of all strangers"
    assert median(took) < 0.1


async def test_k_06_after_five_minutes_a_stranger_may_ask_once_more(gate: Gate) -> None:
    await gate.verifier.verify(bearer(token()))
    for minute, fetches in ((0, 2), (4, 2), (5, 3), (9, 3), (10, 4)):
        gate.now = NOW + 60 * minute
        await refused(gate, token(f"evil-{minute}"))
        await refused(gate, token("evil"))
        assert gate.endpoint.fetches == fetches


async def test_k_06_strangers_at_the_same_moment_share_one_fetch() -> None:
    open_door = Event()

    async def slow() -> bytes:
        slow_calls.append(1)
        await open_door.wait()
        return USUAL

    slow_calls: list[int] = []
    ring = KeyRing(slow, lambda: NOW)
    asked = [ring.key(kid) for kid in ("template", "consumer", *(f"evil-{number}" for number in range(50)))]
    waiting = gather(*asked, return_exceptions=True)
    await sleep(0.01)
    open_door.set()
    answers = await waiting
    assert [isinstance(answer, TokenError) for answer in answers] == [False, False] + [True] * 50
    assert len(slow_calls) == 2, "the first set, and one on behalf of all strangers"


async def test_k_07_a_new_key_is_accepted_at_its_first_token_and_the_old_one_goes(gate: Gate) -> None:
    await gate.verifier.verify(bearer(token()))
    gate.endpoint.document = document(entry("template", TEMPLATE_KEY), entry("k2", FOREIGN_KEY))
    await gate.verifier.verify(bearer(token("k2", FOREIGN_KEY)))
    assert gate.endpoint.fetches == 2
    gate.endpoint.document = document(entry("k2", FOREIGN_KEY))
    gate.now = NOW + 24 * 3600
    later: dict[str, Any] = {"iat": int(gate.now), "nbf": int(gate.now), "exp": int(gate.now) + 60}
    await gate.verifier.verify(bearer(token("k2", FOREIGN_KEY, **later)))
    await refused(gate, token(**later))


async def test_a_kid_asked_for_too_early_is_found_as_soon_as_asking_is_allowed(gate: Gate) -> None:
    await gate.verifier.verify(bearer(token()))
    await refused(gate, token("evil"))
    gate.endpoint.document = document(entry("k2", FOREIGN_KEY))
    gate.now = NOW + 200
    await refused(gate, token("k2", FOREIGN_KEY))
    gate.now = NOW + 300
    await gate.verifier.verify(bearer(token("k2", FOREIGN_KEY)))


async def test_a_kid_that_could_not_be_looked_up_is_not_held_against_it(gate: Gate) -> None:
    await gate.verifier.verify(bearer(token()))
    gate.endpoint.failure = OSError()
    await refused(gate, token("k2", FOREIGN_KEY))
    gate.endpoint.failure, gate.endpoint.document = None, document(entry("k2", FOREIGN_KEY))
    gate.now = NOW + 300
    await gate.verifier.verify(bearer(token("k2", FOREIGN_KEY)))


async def test_the_memory_of_unknown_kids_is_bounded() -> None:
    now = [0.0]
    ring = KeyRing(Endpoint(), lambda: now[0])
    for number in range(UNKNOWN_KIDS + 10):
        now[0] += 301
        with pytest.raises(TokenError):
            await ring.key(f"evil-{number}")
    assert len(ring._unknown) == UNKNOWN_KIDS


async def test_k_09_no_keys_is_unavailable_and_never_an_acceptance(gate: Gate) -> None:
    gate.endpoint.failure = TimeoutError()
    for text in (token(), token(key=FOREIGN_KEY), token("evil")):
        with pytest.raises(Unavailable):
            await gate.verifier.verify(bearer(text))
    assert gate.endpoint.fetches == 1
    gate.endpoint.failure, gate.now = None, NOW + 5
    await gate.verifier.verify(bearer(token()))


async def test_a_clock_set_back_does_not_freeze_the_ring(gate: Gate) -> None:
    await gate.verifier.verify(bearer(token()))
    await refused(gate, token("evil"))
    gate.now = NOW - 30
    gate.endpoint.document = document(entry("k2", FOREIGN_KEY))
    await gate.verifier.verify(bearer(token("k2", FOREIGN_KEY)))


async def test_a_caller_that_gives_up_does_not_take_the_fetch_away() -> None:
    open_door = Event()

    async def slow() -> bytes:
        await open_door.wait()
        return USUAL

    ring = KeyRing(slow, lambda: NOW)
    first, second = gather(ring.key("template")), gather(ring.key("template"))
    await sleep(0.01)
    first.cancel()
    await sleep(0)
    open_door.set()
    assert (await second)[0].kid == "template"


async def test_keys_are_fetched_in_the_background_from_the_start(gate: Gate) -> None:
    assert not gate.verifier.health.ready
    async with gate.verifier.running():
        await sleep(0.01)
        assert gate.verifier.health.ready
        assert gate.endpoint.fetches == 1
