"""Answers on the way out: packed where that is safe (docs/decisions/0011)."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.ground import Address
from tests.world import GRAPHQL, World, opened


@pytest.fixture
async def front(world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    async with opened(world_database, tmp_path, compress_bytes=500) as found:
        yield found


LARGE = "{ __schema { types { name description } } }"


async def test_large_answers_are_packed_for_who_takes_it(front: World) -> None:
    packed = await _raw(front, accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    plain = await _raw(front, accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.extensions["raw"]) == plain.content
    assert len(packed.extensions["raw"]) < len(plain.content) / 3


async def test_answers_to_a_cookie_are_never_packed(front: World) -> None:
    """BREACH: a foreign page can make a browser ask, so nothing may tell by its length what is inside"""
    answer = await _raw(front, accept_encoding="gzip", cookie="theme=dark")
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


async def _raw(world: World, **more: str) -> httpx2.Response:
    async with world.client.stream("POST", "/graphql", json={"query": LARGE}, headers=headers(world, **more)) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
        answer.extensions["raw"] = raw
        if "content-encoding" not in answer.headers:
            answer._content = raw
        return answer


def headers(world: World, **more: str) -> dict[str, str]:
    given = {name.replace("_", "-"): value for name, value in more.items()}
    return {"authorization": f"Bearer {world.token('rae')}", "accept": GRAPHQL, **given}
