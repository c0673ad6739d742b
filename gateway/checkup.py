"""`gateway check`: would this configuration serve, and serve safely? Each finding says what to do next.

error      it would not start, or nobody could use it, or tenants would not be kept apart
warning    it starts, and one day somebody is surprised
note       it starts, and is right; something is still to come
"""

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2

from gateway.checkup_database import ISOLATION, database
from gateway.finding import Finding
from gateway.ground import Addresses
from gateway.identity.issuers import is_loopback
from gateway.identity.key_endpoint import KeyEndpoint
from gateway.settings import Settings
from gateway.socket_door import admits
from gateway.trusted import BadManifest, Trusted

_VARIED: Final = 10
"""Different characters that a secret has at least, if somebody did not just lean on the keyboard."""

_DRAW: Final = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def exit_code(findings: list[Finding], *, strict: bool = False) -> int:
    """0 when it would serve; 1 for warnings of a strict look; 2 for errors; 3 when isolation is not proved."""
    errors = [each for each in findings if each.level == "error"]
    if any(each.about == ISOLATION for each in errors):
        return 3
    return 2 if errors else int(strict and any(each.level == "warning" for each in findings))


async def look(settings: Settings, to: Addresses) -> list[Finding]:
    """Everything that can be seen from here, without changing anything."""
    found = [*_edge(settings), *_secret(settings), *_folders(settings), *_documents(settings), *_port(settings)]
    found += [each async for each in database(settings, to)]
    return found + [each async for each in _identity(settings)]


def _edge(settings: Settings) -> Iterator[Finding]:
    outside = not is_loopback(settings.public_url)
    if outside and not settings.public_url.startswith("https://"):
        yield Finding(
            "error", "GATEWAY_PUBLIC_URL", "is plain http", "End TLS at a proxy and name its https address here."
        )
    if "*" in settings.allowed_hosts:
        yield Finding("error", "GATEWAY_ALLOWED_HOSTS", "admits every name", "List the names that clients use (H-08).")
    elif not admits(settings.allowed_hosts, urlsplit(settings.public_url).hostname):
        yield Finding(
            "error", "GATEWAY_ALLOWED_HOSTS", "lacks the host of GATEWAY_PUBLIC_URL", "Add it, or nobody gets in."
        )
    for origin in settings.allowed_origins:
        parts = urlsplit(origin)
        if origin == "*" or parts.path or not parts.scheme:
            yield Finding(
                "error", "GATEWAY_ALLOWED_ORIGINS", f"{origin} is no origin", "Write scheme://host, without a path."
            )
        elif parts.scheme != "https" and not is_loopback(origin):
            yield Finding("warning", "GATEWAY_ALLOWED_ORIGINS", f"{origin} is plain http", "Serve that page by https.")
    if outside and not settings.mail_url.get_secret_value():
        yield Finding(
            "warning", "GATEWAY_MAIL_URL", "is empty: invitations become files", "Name a mail server, if you invite."
        )


def _secret(settings: Settings) -> Iterator[Finding]:
    secret = settings.secret.get_secret_value()
    if not secret and not settings.embedded:
        yield Finding(
            "warning",
            "GATEWAY_SECRET",
            "is empty: each server makes its own",
            f"Give all servers the same: {_DRAW}",
        )
    elif secret and len(set(secret)) < _VARIED:
        yield Finding("error", "GATEWAY_SECRET", "can be guessed", f"Draw one: {_DRAW}")


def _folders(settings: Settings) -> Iterator[Finding]:
    exports = Path(settings.exports) if settings.exports else settings.data / "exports"
    for name, folder in (("GATEWAY_DATA", settings.data), ("GATEWAY_EXPORTS", exports)):
        place = folder
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
            yield Finding("error", name, f"{folder} cannot be written", "Make it, and give it to the server's account.")
    if not settings.exports and not settings.embedded:
        yield Finding(
            "warning",
            "GATEWAY_EXPORTS",
            "is empty: files stay on the server that wrote them",
            "With several servers, name a folder that all of them share.",
        )


def _documents(settings: Settings) -> Iterator[Finding]:
    if settings.documents_mode == "enforce" and settings.documents is None:
        yield Finding(
            "error", "GATEWAY_DOCUMENTS", "is empty, and only trusted documents may run", "Name a folder of manifests."
        )
    try:
        Trusted.load(settings.documents, settings.documents_mode)
    except BadManifest as fault:
        yield Finding("error", "GATEWAY_DOCUMENTS", str(fault), "`gateway documents check` looks at each document.")


def _port(settings: Settings) -> Iterator[Finding]:
    for port in (settings.port, *settings.own_ports):
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        try:
            socket.create_server((settings.host, port), family=family).close()
        except OSError as taken:
            yield Finding(
                "warning",
                "GATEWAY_PORT",
                f"{settings.host}:{port}: {taken.strerror or taken}",
                "Fine when the gateway already runs there; otherwise end what does, or take another port.",
            )


async def _identity(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.issuers and not settings.demo:
        yield Finding("error", "GATEWAY_ISSUERS", "is empty: nobody can come in", "See docs/identity.md.")
    for issuer in settings.issuers:
        if issuer.jwks_url is None and issuer.discovery_url is None:
            yield Finding("error", issuer.issuer, "names no keys", "Give it a jwks_url or a discovery_url.")
        elif fault := await _fails(KeyEndpoint(issuer)()):
            yield Finding("error", issuer.issuer, f"gives no keys: {fault}", "Try its address from this machine.")
    if settings.sign_in_discovery and not settings.sign_in_client:
        yield Finding("error", "GATEWAY_SIGN_IN_CLIENT", "is empty", "Browsers sign in with a client id of their own.")
    if settings.sign_in_client in {issuer.audience for issuer in settings.issuers} - {""}:
        yield Finding(
            "error",
            "GATEWAY_SIGN_IN_CLIENT",
            "is this API's own client id",
            "Register the console for itself, or an ID token passes for an access token (security 0.7).",
        )
    if settings.sign_in_discovery and (fault := await _fails(_fetched(settings.sign_in_discovery))):
        yield Finding("error", "GATEWAY_SIGN_IN_DISCOVERY", f"cannot be read: {fault}", "Try it from this machine.")


async def _fetched(url: str) -> bytes:
    async with httpx2.AsyncClient(timeout=2.0, trust_env=not is_loopback(url)) as client:
        return (await client.get(url)).raise_for_status().content


async def _fails(work: Awaitable[bytes]) -> str | None:
    """Why it did not work, in words without anybody's secrets."""
    try:
        await work
    except (OSError, ValueError, httpx2.HTTPError) as error:
        return str(error) or type(error).__name__
    return None
