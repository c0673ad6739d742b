"""The servers that are compared: how each is started, in which words it is asked, and how it ends."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import orjson

from benchmarks.issuer import Issuer
from benchmarks.questions import FRESH, Request
from benchmarks.world import World

PEERS = Path(__file__).parent / "peers"
LOGS = Path(__file__).parent / "world" / "logs"
SERVER_CORE = 0
LOG_OPERATIONS = os.environ.get("GATEWAY_LOG_OPERATIONS", "all")
"""How much the gateway logs while it is measured; the report says so."""
NODE = PEERS / "node_modules" / ".bin" / "node"
_PATIENCE = 60.0  # seconds for a server to answer


@dataclass(frozen=True)
class Server:
    """`login` is the database role; `dialect` the words of `questions`."""

    name: str
    label: str
    dialect: str
    command: Sequence[str]
    login: str = "postgres"
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether what it needs is installed."""
        return Path(self.command[0]).exists()


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


def _node(file: str) -> tuple[str, ...]:
    return (str(NODE), str(PEERS / file))


_ALL = (
    Server("gateway", "this gateway", "gateway", (*_python("gateway"), "serve"), "gw_app"),
    Server("hand_written", "hand-written rows, no GraphQL", "plain", _python("benchmarks.peers.hand_written")),
    Server("postgraphile_rls", "PostGraphile 5, row-level security", "by_policy", _node("postgraphile.js"), "gw_app"),
    Server(
        "postgraphile_condition",
        "PostGraphile 5, by condition",
        "by_condition",
        _node("postgraphile.js"),
        settings={"MODE": "condition"},
    ),
    Server("mercurius_dataloader", "Mercurius jit, dataloader package", "mercurius", _node("mercurius.js")),
    Server(
        "mercurius_join",
        "Mercurius jit, hand-written joins",
        "mercurius",
        _node("mercurius.js"),
        settings={"MODE": "join"},
    ),
    Server("mercurius_function", "Mercurius jit, one PostgreSQL function", "function", _node("mercurius_writing.js")),
    Server(
        "strawberry_plain",
        "Strawberry, SQLAlchemy ORM, aiodataloader",
        "plain",
        _python("benchmarks.peers.strawberry_plain"),
    ),
)
SERVERS: Mapping[str, Server] = {server.name: server for server in _ALL}


@dataclass(frozen=True, eq=False)
class Running:
    """A server that answers."""

    server: Server
    pid: int
    port: int

    def ask(self, request: Request) -> object:
        """The data of the answer; raises ValueError when there are errors."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        name, value = request.header
        headers = {"content-type": "application/json", "accept": "application/json", name: value}
        body = request.body.replace(FRESH.encode(), secrets.token_hex(len(FRESH) // 2).encode())
        connection.request("POST", "/graphql", body, headers)
        response = connection.getresponse()
        answer = orjson.loads(response.read())
        connection.close()
        if response.status != 200 or answer.get("errors"):
            raise ValueError(f"{self.server.name} answered {response.status}: {answer}")
        return answer["data"]


@contextmanager
def running(servers: Sequence[Server], world: World, issuer: Issuer) -> Iterator[list[Running]]:
    """All of these that start, each on its own port, all on one core; an idle server costs nothing. They start side by
    side, since most of a start is waiting."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        up = []
        started = [(server, *stack.enter_context(_started(server, world, issuer))) for server in servers]
        for server, process, port in started:
            try:
                _await_port(process, port, server)
                up.append(Running(server, process.pid, port))
            except RuntimeError as error:
                print(f"left out: {error}", file=sys.stderr)  # noqa: T201  for people
        yield up


@contextmanager
def _started(server: Server, world: World, issuer: Issuer) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    port = _free_port()
    with (LOGS / f"{server.name}.log").open("wb") as log:
        process = _spawn(server, world, issuer, port, log)
        try:
            yield process, port
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _spawn(server: Server, world: World, issuer: Issuer, port: int, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    own = _gateway(world, issuer, port) if server.name == "gateway" else _peer(server, world, port)
    process = subprocess.Popen(server.command, env={**os.environ, **own}, stdout=log, stderr=log)
    if len(os.sched_getaffinity(0)) > SERVER_CORE + 1 or SERVER_CORE in os.sched_getaffinity(0):
        os.sched_setaffinity(process.pid, {SERVER_CORE})
    return process


def _gateway(world: World, issuer: Issuer, port: int) -> dict[str, str]:
    """The gateway as in production; only the limits that would end a flood by one principal are lifted."""
    rates = ("PRINCIPAL", "APPLICATION", "TENANT", "ADDRESS")
    unlimited = {f"GATEWAY_RATE_{name}": "1e9" for name in rates}
    unlimited |= {f"GATEWAY_IN_FLIGHT{name}": "500" for name in ("", "_PRINCIPAL", "_TENANT")}
    unlimited |= {"GATEWAY_RUNNING_TENANT": "500"}
    return {
        **unlimited,
        "GATEWAY_PORT": str(port),
        "GATEWAY_DATABASE_URL": world.app,
        "GATEWAY_SYSTEM_URL": world.system,
        "GATEWAY_ISSUERS": issuer.settings,
        "GATEWAY_POOL_SIZE": "12",
        "GATEWAY_LOG_OPERATIONS": LOG_OPERATIONS,
        "GATEWAY_DATA": str(LOGS.parent / "gateway"),
    }


def _peer(server: Server, world: World, port: int) -> dict[str, str]:
    return {
        "PORT": str(port),
        "PGHOST": str(world.cluster.socket),
        "PGUSER": server.login,
        "PGDATABASE": world.database,
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        **server.settings,
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _await_port(process: "subprocess.Popen[bytes]", port: int, server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{server.name} did not start; see {LOGS / server.name}.log")
