"""The application: one factory, everything it is made of given as a value, the same in tests and in production."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from gateway import console
from gateway.clearing import Clearing
from gateway.clockwork import Clockwork
from gateway.endpoint import Endpoint
from gateway.exports import Downloads, PortfolioExports, Runner
from gateway.exports.folder import Folder
from gateway.footing import Ground as Ground
from gateway.footing import database_of
from gateway.health import Health
from gateway.lateness import Lateness
from gateway.limits import Meter
from gateway.listening import Listening
from gateway.logbook import Logbook
from gateway.login import SignIn
from gateway.login_client import LoginClient
from gateway.mail import PostOffice
from gateway.mail_carriers import carrier_of
from gateway.operations import Operations
from gateway.packing import Packed
from gateway.reading import Reading
from gateway.reminding import Reminding
from gateway.reports import Reports
from gateway.settings import Settings
from gateway.signing_in import login_of, provider_of, records_of, sessions_of, verifier_of
from gateway.state import Parts, measure, told_by
from gateway.status import Status
from gateway.street import Street, street
from gateway.telemetry import Telemetry
from gateway.tracing import tracing_of
from gateway.trusted import Trusted
from gateway.trusted_files import limits_of
from gateway.webhooks import sender_of
from resolvers.context import House, Quote
from resolvers.cursors import Seal
from schema.contract import closed_to_applications, contract
from schema.execution import Engine, Refused
from tenancy.buckets import SharedBuckets
from tenancy.doors import Doors, SlowDoors
from tenancy.errors import Refusal, Unauthenticated
from tenancy.export_queue import ExportQueue
from tenancy.identity import Identity
from tenancy.permissions import Action
from tenancy.rates import Rates
from tenancy.relay import Relay


@dataclass(frozen=True)
class ConsoleViewer:
    """A signed-in person as the console sees one."""

    name: str
    account_type: str
    is_administrator: bool


class Gateway:
    """Everything that one process is made of."""

    def __init__(self, settings: Settings, ground: Ground) -> None:
        self.settings, self.ground = settings, ground
        self.provider = provider_of(settings)
        self.verifier = verifier_of(settings, self.provider)
        self.database = database_of(settings, ground)
        seal = Seal(sha256(b"cursors" + settings.signing_key()).digest())
        carrier, kept = carrier_of(settings), timedelta(days=settings.event_days)
        self.post = PostOffice(carrier)
        doors = Doors(self.database, ground.clock)
        self.rates = Rates(SharedBuckets(self.database))
        self.engine = Engine(contract, limits=limits_of(settings), breadth_first=settings.engine == "breadth-first")
        self.trusted = Trusted.load(settings.documents, settings.documents_mode)
        self.relay = Relay(self.database, ground.clock)
        shared = (self.rates, self._quote, kept, settings.reach(), settings.thresholds())
        self.house = House(doors, ground.clock, seal, self.relay, self.post, settings.term(), *shared)
        self.meter = Meter(settings, self.rates, doors)
        self.clockwork = Clockwork(self.database, doors, ground.clock)
        self.clearing = Clearing(self.database, ground.clock, kept)
        self.reminding = Reminding(self.database, doors, ground.clock, carrier, settings.invitation_reminders)
        times = self.clockwork, self.clearing, self.reminding
        self.slow, queue = SlowDoors(self.database, ground.clock), ExportQueue(self.database)
        self.folder = Folder(Path(settings.exports) if settings.exports else settings.data / "exports")
        self.exports = Runner(self.house, self.slow, queue, self.folder, workers=settings.export_workers)
        self.telemetry = Telemetry()
        self.telemetry.watch(self.engine, self.database)
        self.webhooks = sender_of(settings, self.house, self.engine, self.database, self.telemetry)
        self.logbook = Logbook(settings.log_operations, sha256(b"log" + settings.signing_key()).digest())
        self.tracing = tracing_of(settings)
        self.operations = Operations(self.telemetry, self.logbook, slow=settings.slow_seconds, tracing=self.tracing)
        self.login = login_of(settings, self.provider)
        self.client = LoginClient(self.login) if self.login else None
        self.sessions = sessions_of(settings, self.database, self.verifier, self.client)
        self.reading = Reading(self.engine, self.meter, self.trusted)
        self.listening = Listening(settings, self.reading, self.house, self.verifier, self.sessions, self.operations)
        self.health = Health(self.database, self.verifier, ground.durable, settings, ground.number)
        self.parts = Parts(
            settings,
            self.health,
            self.database,
            self.rates,
            self.engine,
            self.verifier,
            *times,
            self.logbook,
            self.listening,
            self.meter.crowd,
            self.webhooks,
            Lateness(self.operations),
        )
        measure(self.parts, self.telemetry)

    def app(self) -> Starlette:
        """The ASGI application."""
        api = Packed(self._endpoint(), least=self.settings.compress_bytes)
        app = Street(
            routes=list(self._routes(api)),
            middleware=list(street(self.settings, self.operations.turned_away)),
            lifespan=self._lifespan,
            max_body_size=self.settings.body_kilobytes * 1024,
        )
        app.open_short_way(api, self.settings)
        return app

    async def authenticate(self, request: Request) -> Identity:
        """Who sends this request: a bearer token, or the cookie of a browser session, never both."""
        if self.sessions is not None and self.sessions.cookie in request.cookies:
            identity = await self.sessions.identity(request)
            if identity is None:
                raise Unauthenticated()
            return identity
        tokens = [value for name, value in request.headers.raw if name == b"authorization"]
        return await self.verifier.verify(tokens)

    async def is_administrator(self, identity: Identity) -> bool:
        """Whether the console is open to this identity, by the roles that the tables give it now (5.1)."""
        try:
            async with self.house.doors.reading(identity) as scope:
                return scope.viewer.somewhere(Action.OPEN_CONSOLE)
        except Refusal:
            return False

    async def viewer_of(self, request: Request) -> ConsoleViewer | None:
        """The person behind a browser's session, for the console's door."""
        identity = await self.sessions.identity(request) if self.sessions else None
        if identity is None:
            return None
        return ConsoleViewer(identity.display_name, identity.account_type, await self.is_administrator(identity))

    def _quote(self, document: str, variables: Mapping[str, Any], name: str | None) -> Quote:
        try:
            cost, limit = self.engine.quote(document, variables, name)
            if cost > limit:
                return Quote(cost, limit)
            known = self.engine.document(document, name)
            closed = closed_to_applications(known.roots)
            return Quote(cost, limit, known.operation_type.value, known.declared, known.idless, closed)
        except Refused as refused:
            error = refused.errors[0]
            raise GraphQLError(error.message, extensions=error.extensions) from None

    def _endpoint(self) -> Endpoint:
        return Endpoint(
            self.reading,
            self.house,
            self.authenticate,
            self.sessions.lives if self.sessions else _always,
            self.listening.streams,
            self.operations,
            seconds=self.settings.request_seconds,
        )

    def _routes(self, api: ASGIApp) -> list[BaseRoute]:
        seconds = self.settings.request_seconds
        routes: list[BaseRoute] = [Route(Street.path, api)]
        routes.append(WebSocketRoute("/graphql", self.listening.sockets))
        routes += [*self.health.routes(), *self.telemetry.routes()]
        routes += Reports(self.house, self.authenticate, seconds=seconds).routes()
        routes += PortfolioExports(self.slow, self.authenticate).routes()
        routes += Downloads(self.house, self.folder, self.authenticate).routes()
        if self.sessions and self.login and self.client:
            attempts = records_of(self.settings, self.database, "attempt")
            known = self.provider.person if self.provider else None
            sign_in = SignIn(
                self.login,
                self.client,
                self.sessions,
                attempts,
                administrator=self.is_administrator,
                person=lambda identity: _key(known(identity)) if known else None,
            )
            routes += [*sign_in.routes(), *console.routes(self.viewer_of)]
            routes += Status(self.viewer_of, self.operations, told_by(self.parts), self.ground.checked_at).routes()
        return [*routes, *(self.provider.routes() if self.provider else [])]

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(self.logbook.running())
            if self.tracing is not None:
                stack.enter_context(self.tracing.running())
            await stack.enter_async_context(self.database.followed())
            await stack.enter_async_context(self.verifier.running())
            await stack.enter_async_context(self.post.running())
            await stack.enter_async_context(self.rates.running())
            await stack.enter_async_context(self.exports.running())
            await stack.enter_async_context(self.webhooks.running())
            await stack.enter_async_context(self.relay.running())
            if self.settings.clocks:
                await stack.enter_async_context(self.clockwork.running())
                await stack.enter_async_context(self.clearing.running())
                await stack.enter_async_context(self.reminding.running())
            await stack.enter_async_context(self.parts.lateness.watched())
            yield
            await self.listening.stop()
        await self.database.close()


def create_app(settings: Settings, ground: Ground) -> Starlette:
    """The application for these settings on this ground."""
    return Gateway(settings, ground).app()


async def _always(_: Request) -> bool:
    return True


def _key(person: object) -> str | None:
    return getattr(person, "key", None)
