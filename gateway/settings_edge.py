"""Settings of the street door: what one document, one request and one caller may ask for."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from gateway.settings_process import ProcessSettings


def listed(value: Any) -> Any:
    """A list is written as JSON, or simply with commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part.strip() for part in value.split(",") if part.strip()]


def host(value: str) -> str:
    """A name as requests carry it, or `*.` before one, for all below it. Raises ValueError."""
    if value != "*" and _HOST.fullmatch(value) is None:
        raise ValueError(f"{value} is no host: write name.example or *.name.example, without scheme, port and path")
    return value


_HOST: Final = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")

Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(host)], ...], NoDecode, BeforeValidator(listed)]
Days = Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], NoDecode, BeforeValidator(listed)]
Ports = Annotated[tuple[Annotated[int, Field(ge=1, le=65_535)], ...], NoDecode, BeforeValidator(listed)]


class EdgeSettings(ProcessSettings):
    """Part of `gateway.settings.Settings`."""

    cost_limit: int = Field(default=5_000, ge=1, description="Points that one operation may cost.")
    depth_limit: int = Field(default=12, ge=1, description="Levels of selection in one operation.")
    alias_limit: int = Field(default=30, ge=0, description="Aliases in one operation, fragments expanded.")
    token_limit: int = Field(default=2_000, ge=1, description="Lexical tokens in one document.")
    body_kilobytes: int = Field(default=128, ge=1, description="Size of one request's body.")
    request_seconds: float = Field(default=10, gt=0, description="A request is given up after this.")
    in_flight: int = Field(
        default=64, ge=1, description="Operations at once in this process; as many may wait, more get 503."
    )
    in_flight_tenant: int = Field(default=16, ge=1, description="Operations at once of one tenant, in each process.")
    running_tenant: int = Field(
        default=4,
        ge=1,
        description="So many of these run, the others wait for them: below GATEWAY_POOL_SIZE, so that other tenants "
        "find connections.",
    )
    in_flight_principal: int = Field(
        default=8, ge=1, description="Operations at once of one principal, in each process."
    )
    in_flight_seconds: float = Field(
        default=1.0, ge=0, description="An operation waits so long for its turn, then it gets 429 or 503."
    )
    sockets: int = Field(default=2_000, ge=1, description="Open sockets in this process; more are told to come later.")
    sockets_principal: int = Field(default=5, ge=1, description="Open sockets of one principal, in each process.")
    subscriptions_socket: int = Field(default=20, ge=1, description="Operations at once on a socket, or event streams.")
    subscriptions_tenant: int = Field(default=200, ge=1, description="Subscriptions of one tenant, in each process.")
    rate_principal: float = Field(default=200, gt=0, description="Points per second of one principal.")
    rate_application: float = Field(
        default=5_000, gt=0, description="Points per second of one application (claim azp)."
    )
    rate_tenant: float = Field(default=1_000, gt=0, description="Points per second of one tenant.")
    rate_address: float = Field(
        default=20, gt=0, description="Requests per second of one address without a valid token."
    )

    rate_seconds: float = Field(default=50, gt=0, description="So many seconds of each rate can be saved up.")

    head_seconds: float = Field(default=5, gt=0, description="A connection must have sent a whole head by then.")
    body_seconds: float = Field(default=10, gt=0, description="A request must have sent its whole body by then.")
    allowed_origins: Words = Field(
        default=(), description="Origins of pages that may call /graphql with a token from a browser (CORS)."
    )
    compress_bytes: int = Field(
        default=4_096, ge=500, description="Answers from this size on are packed for clients that take gzip."
    )
    log_operations: Literal["all", "slow", "off"] = Field(
        default="all", description="Which operations get a line of JSON on standard output; no line has values."
    )
    slow_seconds: float = Field(
        default=1.0, ge=0, description="An operation of this length is slow: its line tells the document's plan."
    )
    documents: Path | None = Field(
        default=None, description="Folder of manifests of trusted documents, *.json; see docs/limits.md."
    )
    documents_mode: Literal["off", "log", "enforce"] = Field(
        default="off",
        description="What happens to documents of clients without a manifest: nothing, a log line, refusal.",
    )
