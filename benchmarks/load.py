"""Load: `wrk` where it is installed, else an asyncio loader of our own that does the same."""

import asyncio
import json
import random
import secrets
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.questions import FRESH, Request

CONNECTIONS = 16
_SCRIPT = Path(__file__).with_name("load.lua")
_FRESH = FRESH.encode()
_PATIENCE = 30.0  # seconds beyond the planned ones, after which a loader is given up


class Failed(Exception):
    """The load met errors, so its figures mean nothing."""


@dataclass(frozen=True)
class Load:
    """What one stretch of load was answered with; percentiles in milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rps(self) -> float:
        return self.requests / self.seconds


def post(port: int, file: Path, seconds: int, seed: int, connections: int = CONNECTIONS) -> Load:
    """Send random requests of the file for so long. Raises Failed."""
    if shutil.which("wrk"):
        return _wrk(port, file, seconds, seed, connections)
    messages = [_message(Request(*_split(line))) for line in file.read_text().splitlines()]
    return asyncio.run(_own(port, messages, seconds, seed, connections))


def loader() -> str:
    """What sends the load, for the description of the machine."""
    return "wrk" if shutil.which("wrk") else "asyncio loader of the benchmark"


def _wrk(port: int, file: Path, seconds: int, seed: int, connections: int) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(_SCRIPT)]
    command += [f"http://127.0.0.1:{port}", "--", str(file), str(seed)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds + _PATIENCE, check=True)
    found = json.loads(ran.stdout.rpartition("JSON ")[2])
    if found["failures"] or not found["requests"]:
        raise Failed(ran.stdout)
    return Load(found["requests"], found["microseconds"] / 1e6, found["p50"] / 1e3, found["p99"] / 1e3)


async def _own(port: int, messages: list[bytes], seconds: int, seed: int, connections: int) -> Load:
    end = time.perf_counter() + seconds
    begun = time.perf_counter()
    workers = (_worker(port, messages, end, random.Random(seed + each)) for each in range(connections))
    async with asyncio.timeout(seconds + _PATIENCE):
        taken = [each for times in await asyncio.gather(*workers) for each in times]
    cuts = statistics.quantiles(taken, n=100)
    return Load(len(taken), time.perf_counter() - begun, cuts[49] * 1e3, cuts[98] * 1e3)


def _split(line: str) -> tuple[tuple[str, str], bytes]:
    name, value, body = line.split("\t", 2)
    return (name, value), body.encode()


def _message(request: Request) -> bytes:
    name, value = request.header
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n"
        f"{name}: {value}\r\ncontent-length: {len(request.body)}\r\n\r\n"
    )
    return head.encode() + request.body


async def _worker(port: int, messages: list[bytes], end: float, chance: random.Random) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    taken = []
    try:
        while (begun := time.perf_counter()) < end:
            writer.write(chance.choice(messages).replace(_FRESH, secrets.token_hex(len(_FRESH) // 2).encode()))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200") or b"content-length: " not in head:
                raise Failed(head.decode(errors="replace"))
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            taken.append(time.perf_counter() - begun)
    finally:
        writer.close()
    return taken
