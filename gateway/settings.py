"""Everything that can be set from outside: environment variables `GATEWAY_*`, each with its meaning.

Nothing has to be set on a developer's machine. A variable that starts with `GATEWAY_` and is not here is an error,
because a misspelt limit is a missing limit.
"""

import os
import secrets
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsConfigDict, SettingsError

from gateway.identity.issuers import Issuer
from gateway.settings_edge import Days, Hosts, Words, listed
from gateway.settings_webhooks import WebhookSettings
from resolvers.rules.invitations import Term
from resolvers.rules.reminders import INVITATION_DAYS

PREFIX = "GATEWAY_"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SECRET_BYTES = 32


class BadSettings(ValueError):
    """The environment cannot be understood; the text names each variable and what is wrong with it."""


def _follows(explained: str) -> dict[str, Any]:
    """For `table`: what a default that depends on other settings amounts to."""
    return {"default": explained}


class Settings(WebhookSettings):
    """One value for the whole process, read once at start. Raises BadSettings from `load`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default_factory=lambda known: f"http://{known['host']}:{known['port']}",
        pattern=r"^https?://[^/]+$",
        json_schema_extra=_follows("http://HOST:PORT"),
        description="The origin that browsers and links use, without a path.",
    )
    allowed_hosts: Hosts = Field(
        default_factory=lambda known: (urlsplit(known["public_url"]).hostname or "", *_LOOPBACK),
        json_schema_extra=_follows("the host of GATEWAY_PUBLIC_URL, and this machine"),
        description="Host names that a request may carry, *.NAME for all below one; others are refused first of all.",
    )

    database_url: SecretStr = Field(
        default=SecretStr(""), description="PostgreSQL for the runtime role gw_app; empty starts the embedded server."
    )
    system_url: SecretStr = Field(
        default=SecretStr(""),
        description="The same database for gw_system: import, clocks, relay. Needed with a database URL.",
    )
    owner_url: SecretStr = Field(
        default=SecretStr(""), description="The same database for `gateway migrate`: a role that may act as gw_owner."
    )
    pool_size: int = Field(
        default=8, ge=1, le=100, description="Connections of gw_app; a request waits one second for one."
    )
    data: Path = Field(
        default=Path("var"), description="Folder of the embedded server and of files that this host keeps."
    )
    clocks: bool = Field(
        default=True,
        description="Do on time what time does: write down what became of SLA clocks, send reminders, remove what is "
        "kept no longer. Several processes may do it at once.",
    )
    event_days: int = Field(
        default=7, ge=1, le=365, description="A subscription can go on after an event for this long."
    )
    demo: bool = Field(
        default_factory=lambda known: not known["database_url"].get_secret_value(),
        json_schema_extra=_follows("true with the embedded server"),
        description="Load the demo world into an empty database and run the demo identity provider.",
    )

    audience: str = Field(default="", description="Client id of this API, for issuers that name none.")
    clients: Words = Field(
        default=(), description="Applications that may call (claim azp), for issuers that name none."
    )
    issuers: tuple[Issuer, ...] = Field(
        default=(),
        description="Identity providers as a JSON list: issuer, audience, clients, jwks_url or discovery_url, claims.",
    )
    sign_in_discovery: str = Field(default="", description="Discovery document of the provider for browser sign-in.")
    sign_in_client: str = Field(default="", description="Client id of the console at that provider; not this API's.")
    sign_in_secret: SecretStr = Field(default=SecretStr(""), description="Client secret of the console, if it has one.")
    sign_in_scope: str = Field(
        default="",
        json_schema_extra=_follows("api://AUDIENCE/access_as_user"),
        description="The API's scope, as that provider names it; asked for beside openid.",
    )
    session_hours: float = Field(
        default=8, gt=0, le=24, description="A browser session ends after this, whatever happens."
    )
    session_idle_minutes: float = Field(
        default=30, gt=0, description="A browser session ends after this time of silence."
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        json_schema_extra=_follows("made once, kept in GATEWAY_DATA"),
        description="Signs cursors and sessions; all servers of one installation need the same, 32 characters or more.",
    )
    mail_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtp://USER:PASSWORD@HOST:PORT (or smtps) for invitations; empty: files in GATEWAY_DATA/mail.",
    )
    mail_from: str = Field(default="Support Gateway <no-reply@localhost>", description="Sender of invitations.")
    invitation_link: str = Field(
        default_factory=lambda known: known["public_url"] + "/join#invitation={token}",
        pattern=r"^https?://.*\{token\}",
        json_schema_extra=_follows("PUBLIC_URL/join#invitation={token}"),
        description="The link in an invitation; {token} is its secret, which the front end gives to redeemInvitation.",
    )
    invitation_days: int = Field(default=30, ge=1, le=365, description="An invitation can be redeemed for this long.")
    invitation_reminders: Days = Field(
        default=INVITATION_DAYS,
        max_length=10,
        description="So many days before its end whoever has not used it is reminded, by mail; empty: never.",
    )

    exports: str = Field(default="", description="Folder of exports, one for all servers; empty: DATA/exports.")
    export_workers: int = Field(default=2, ge=0, le=16, description="Exports that this process writes at once.")

    engine: Literal["breadth-first", "graphql-core"] = Field(
        default="breadth-first", description="What executes queries; graphql-core is the slower reference."
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The settings of this process's environment; what is given here goes before it."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise BadSettings("\n".join(_lines(error))) from None
        except SettingsError as error:
            raise BadSettings(f"{error}: it is not JSON") from None

    @property
    def embedded(self) -> bool:
        return not self.database_url.get_secret_value()

    def term(self) -> Term:
        """How long invitations live, and when they are called to mind."""
        return Term(timedelta(days=self.invitation_days), self.invitation_reminders)

    def signing_key(self) -> bytes:
        """What signs cursors and sessions: the secret, else one that this host made and keeps."""
        if given := self.secret.get_secret_value():
            return given.encode()
        self.data.mkdir(parents=True, exist_ok=True)
        return _kept(self.data / "secret")

    @model_validator(mode="before")
    @classmethod
    def _nothing_unknown(cls, given: Any) -> Any:
        known = {PREFIX + name.upper() for name in cls.model_fields}
        found = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
        if found:
            raise ValueError("; ".join(_unknown(name, known) for name in sorted(found)))
        return given

    @model_validator(mode="before")
    @classmethod
    def _complete_issuers(cls, given: dict[str, Any]) -> dict[str, Any]:
        shared = {"audience": given.get("audience", ""), "clients": listed(given.get("clients", ()))}
        issuers = given.get("issuers")
        if isinstance(issuers, list | tuple):
            given["issuers"] = [{**shared, **each} if isinstance(each, dict) else each for each in issuers]
        return given

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if not self.embedded and not self.system_url.get_secret_value():
            raise ValueError("GATEWAY_DATABASE_URL needs GATEWAY_SYSTEM_URL, the same database for gw_system")
        if self.demo and self.host not in _LOOPBACK:
            raise ValueError("the demo signs in anybody, so GATEWAY_HOST must be this machine, or GATEWAY_DEMO false")
        self.reach()
        if 0 < len(self.secret.get_secret_value()) < _SECRET_BYTES:
            raise ValueError(f"GATEWAY_SECRET is shorter than {_SECRET_BYTES} characters")
        return self


def table() -> list[tuple[str, str, str]]:
    """Every setting as name, default, meaning, in the order of the file."""
    return [(PREFIX + name.upper(), _default(field), field.description or "") for name, field in _fields()]


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _default(field: FieldInfo) -> str:
    if isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra["default"])
    value = field.default
    if isinstance(value, tuple):
        return ",".join(str(each) for each in value)
    return "" if value == SecretStr("") else str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(name: str, known: set[str]) -> str:
    nearest = get_close_matches(name.upper(), known, n=1, cutoff=0.0)
    return f"{name} is not known; the nearest is {nearest[0]}"


def _lines(error: ValidationError) -> list[str]:
    return [
        _place(problem["loc"]) + problem["msg"].removeprefix("Value error, ")
        for problem in error.errors(include_url=False, include_input=False)
        if problem["type"] != "default_factory_not_called"
    ]


def _place(parts: tuple[int | str, ...]) -> str:
    if not parts:
        return ""
    return f"{PREFIX}{str(parts[0]).upper()}{''.join(f' {part}' for part in parts[1:])}: "


def _kept(file: Path) -> bytes:
    """The secret in `file`, made by whichever process comes first."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    if not file.exists():
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(_SECRET_BYTES))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_bytes()
