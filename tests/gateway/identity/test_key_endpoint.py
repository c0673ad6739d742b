"""A real loopback key server in every bad mood: K-07, K-08, K-09, and discovery."""

import json
from asyncio import StreamReader, StreamWriter, sleep, start_server
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from gzip import compress
from time import monotonic

import pytest

from gateway.identity import Issuer, KeyEndpoint, Verifier
from tenancy.errors import Unavailable
from tests.gateway.identity.forge import API, CONSOLE, NOW, TEMPLATE, USUAL, bearer, token

Serve = Callable[["Moody"], AbstractAsyncContextManager[str]]


@dataclass
class Moody:
    """Answers by path; `mood` decides what `/keys` does."""

    mood: str = "good"
    paths: list[str] = field(default_factory=list)
    url: str = ""

    async def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            self.paths.append(path)
            await self._answer(path, writer)
            await writer.drain()
        except ConnectionError:
            return  # the client had enough, which is what several of these tests want
        finally:
            writer.close()

    async def _answer(self, path: str, writer: StreamWriter) -> None:
        if path == "/discovery":
            writer.write(self._discovery())
        elif self.mood == "hangs":
            await sleep(30)
        elif self.mood == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b'{"keys":[')
            for _ in range(1600):
                writer.write(b" " * 65536)
                await writer.drain()
        else:
            writer.write(self._canned())

    def _canned(self) -> bytes:
        return {
            "good": answer(200, USUAL),
            "error": answer(500, USUAL),
            "html": answer(200, b"<html>maintenance</html>"),
            "empty": answer(200, b'{"keys":[]}'),
            "redirect": answer(302, b"", b"Location: http://127.0.0.1:22/\r\n"),
            "redirect to itself": answer(302, b"", f"Location: {self.url}/good\r\n".encode()),
            "compressed": answer(200, compress(USUAL), b"Content-Encoding: gzip\r\n"),
            "no http": b"SSH-2.0-OpenSSH\r\n",
        }[self.mood]

    def _discovery(self) -> bytes:
        issuer = "https://evil.example" if self.mood == "foreign issuer" else TEMPLATE
        url = "ftp://127.0.0.1/keys" if self.mood == "foreign address" else f"{self.url}/keys"
        return answer(
            200, b"[]" if self.mood == "no discovery" else json.dumps({"issuer": issuer, "jwks_uri": url}).encode()
        )


def answer(status: int, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s" % (status, len(body), headers, body)


@asynccontextmanager
async def serving(moody: Moody) -> AsyncIterator[Moody]:
    server = await start_server(moody, "127.0.0.1", 0)
    moody.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield moody
    finally:
        server.close()


def issuer(**where: str) -> Issuer:
    return Issuer(issuer=TEMPLATE, audience=API, clients=frozenset({CONSOLE}), **where)  # type: ignore[arg-type]  # urls


async def test_keys_come_from_the_fixed_address() -> None:
    async with serving(Moody()) as moody:
        assert await KeyEndpoint(issuer(jwks_url=f"{moody.url}/keys"))() == USUAL


async def test_keys_are_found_by_discovery() -> None:
    async with serving(Moody()) as moody:
        assert await KeyEndpoint(issuer(discovery_url=f"{moody.url}/discovery"))() == USUAL
    assert moody.paths == ["/discovery", "/keys"]


@pytest.mark.parametrize("mood", ["foreign issuer", "foreign address", "no discovery"])
async def test_a_discovery_document_of_somebody_else_is_not_followed(mood: str) -> None:
    async with serving(Moody(mood)) as moody:
        with pytest.raises(ValueError, match=r"."):
            await KeyEndpoint(issuer(discovery_url=f"{moody.url}/discovery"))()
    assert moody.paths == ["/discovery"]


MOODS = ["error", "html", "empty", "redirect", "redirect to itself", "compressed", "no http", "endless", "hangs"]


@pytest.mark.parametrize("mood", MOODS)
async def test_k_08_a_bad_answer_keeps_the_last_good_keys(mood: str) -> None:
    async with serving(Moody()) as moody:
        now = [float(NOW)]
        verifier = Verifier([issuer(jwks_url=f"{moody.url}/keys")], clock=lambda: now[0])
        await verifier.verify(bearer(token()))
        assert (verifier.health.ready, verifier.health.degraded) == (True, False)
        moody.mood, now[0], started = mood, NOW + 86_400, monotonic()
        fresh = token(exp=NOW + 90_000, iat=NOW + 86_400, nbf=NOW + 86_400)
        await verifier.verify(bearer(fresh))
        assert monotonic() - started < 10, "the patience is 2 s; the rest is for a busy machine"
        assert (verifier.health.ready, verifier.health.degraded, verifier.health.age) == (True, True, 86_400)
    assert moody.paths == ["/keys", "/keys"], "one attempt, no redirect followed"


@pytest.mark.parametrize("mood", ["error", "redirect", "empty"])
async def test_k_09_a_cold_start_without_keys_is_unavailable_and_recovers(mood: str) -> None:
    async with serving(Moody(mood)) as moody:
        now = [float(NOW)]
        verifier = Verifier([issuer(jwks_url=f"{moody.url}/keys")], clock=lambda: now[0])
        for _ in range(20):
            with pytest.raises(Unavailable):
                await verifier.verify(bearer(token()))
        assert (moody.paths, verifier.health.ready) == (["/keys"], False)
        moody.mood, now[0] = "good", NOW + 6.0
        await verifier.verify(bearer(token()))
        assert verifier.health.ready


async def test_k_09_nobody_listening_is_unavailable() -> None:
    verifier = Verifier([issuer(jwks_url="http://127.0.0.1:9/keys")], clock=lambda: NOW)
    with pytest.raises(Unavailable):
        await verifier.verify(bearer(token()))
