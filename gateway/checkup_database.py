"""What `gateway check` looks at in the database of a configuration."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from gateway.finding import Finding
from gateway.footing import READERS_OF_PORTFOLIOS
from gateway.ground import Addresses
from gateway.settings import Settings
from tenancy.facts import Facts, Unreachable, facts
from tenancy.selfcheck import REVISION, checked

ISOLATION: Final = "isolation"
OLDEST: Final = 150_000
_BESIDE: Final = 6 + 3
"""Connections of a process beside its pools of gw_app: gw_system's, and those that listen and probe."""


async def database(settings: Settings, to: Addresses) -> AsyncIterator[Finding]:
    """Every address: where it leads, as whom, and whether tenants are kept apart there."""
    empty = bool(to.owner) and await _is_empty(to.owner)
    # The roles come with the schema; the embedded server lets them in without more.
    addresses = [each for each in _addresses(to) if not (empty and settings.embedded and each[2])]
    seen: dict[str, Facts] = {}
    for name, url, role in addresses:
        try:
            seen[name] = found = await facts(url)
        except Unreachable as reason:
            yield Finding("error", name, f"leads nowhere: {reason}", "See that PostgreSQL runs and lets this login in.")
            continue
        for each in _login(name, role, found):
            yield each
    if replica := settings.replica_url.get_secret_value():
        async for each in _copy(replica):
            yield each
    if len({each.identity for each in seen.values()}) > 1:
        yield Finding("error", "addresses", "lead to several databases", "They must name the same one.")
    async for each in _ground(to, seen, empty=empty):
        yield each
    for each in _room(settings, seen):
        yield each


async def _is_empty(url: str) -> bool:
    try:
        return not (await facts(url)).made
    except Unreachable:
        return False


def _login(name: str, role: str, found: Facts) -> Iterator[Finding]:
    if role and found.role != role:
        yield Finding("error", name, f"logs in as {found.role}", f"It must be {role}.")
    if not role and not found.owns:
        yield Finding("error", name, f"{found.role} may not act as gw_owner", f"grant gw_owner to {found.role};")
    if found.version < OLDEST:
        yield Finding("error", name, f"PostgreSQL {found.version // 10_000}", "It must be 15 or newer.")
    if not found.encrypted and not found.near:
        yield Finding("warning", name, "speaks in the clear over the network", "Add ?sslmode=verify-full to it.")


async def _copy(url: str) -> AsyncIterator[Finding]:
    name = "GATEWAY_REPLICA_URL"
    try:
        found = await facts(url)
    except Unreachable as reason:
        yield Finding("warning", name, f"leads nowhere: {reason}", "Until it does, the primary answers all.")
        return
    if found.role != "gw_app":
        yield Finding("error", name, f"logs in as {found.role}", "It must be gw_app.")
    if not found.standby:
        yield Finding("error", name, "is no standby: nobody will read from it", "See docs/deploy.md, read replica.")


def _addresses(to: Addresses) -> Iterator[tuple[str, str, str]]:
    yield "GATEWAY_DATABASE_URL", to.app, "gw_app"
    yield "GATEWAY_SYSTEM_URL", to.system, "gw_system"
    if to.owner:
        yield "GATEWAY_OWNER_URL", to.owner, ""


async def _ground(to: Addresses, seen: dict[str, Facts], *, empty: bool) -> AsyncIterator[Finding]:
    if empty:
        yield Finding("note", "database", "is still empty", "The first start makes schema and roles; nothing to do.")
    if empty or "GATEWAY_DATABASE_URL" not in seen:
        return
    faults, durability = await checked(to.app)
    for fault in faults:
        revision = "needs revision" in fault.fault
        advice = (
            f"Run `gateway migrate` with the program that needs {REVISION}." if revision else "See docs/isolation.md."
        )
        yield Finding("error", ISOLATION, str(fault), advice)
    if not durability.durable:
        off = ", ".join(durability.off)
        yield Finding("warning", "database", f"{off} off: acknowledged writes may be lost", f"Switch on: {off} (D-03).")


def _room(settings: Settings, seen: dict[str, Facts]) -> Iterator[Finding]:
    needed = (settings.workers + 1) * (settings.pool_size + settings.export_workers + READERS_OF_PORTFOLIOS + _BESIDE)
    connections = min((each.connections for each in seen.values()), default=needed)
    if connections < needed:
        yield Finding(
            "warning",
            "max_connections",
            f"leaves {connections}; {settings.workers} processes and one that restarts may want {needed}",
            "Raise it, or lower GATEWAY_POOL_SIZE or GATEWAY_WORKERS. Other servers need theirs, too.",
        )
