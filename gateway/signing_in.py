"""Who can sign in, and how: the parts of the application that follow from the settings of identity."""

import time
from hashlib import sha256

from gateway.demo.people import people
from gateway.demo.provider import DemoProvider
from gateway.identity import Verifier
from gateway.login_client import Login, LoginClient
from gateway.records import Records
from gateway.sessions import Sessions
from gateway.settings import Settings
from tenancy.database import Database
from tenancy.shelf import Shelf


def provider_of(settings: Settings) -> DemoProvider | None:
    """The identity provider of the demo world, where there is one."""
    if not settings.demo:
        return None
    return DemoProvider(people(), public_url=settings.public_url, data=settings.data, demo_mode=True)


def verifier_of(settings: Settings, provider: DemoProvider | None) -> Verifier:
    """What checks tokens: of the demo provider, and of every issuer of the settings."""
    own = [provider.issuer] if provider else []
    sources = {provider.issuer.issuer: provider.key_source} if provider else {}
    return Verifier([*own, *settings.issuers], sources)


def login_of(settings: Settings, provider: DemoProvider | None) -> Login | None:
    """How browsers sign in: at the demo provider, or at the one of the settings; None when there is neither."""
    if provider is not None:
        return Login(
            origin=settings.public_url,
            issuer=provider.issuer,
            discovery_url=provider.discovery_url,
            client_id=provider.console_client,
            scope=provider.console_scope,
        )
    if not settings.sign_in_discovery or not settings.issuers:
        return None
    return Login(
        origin=settings.public_url,
        issuer=settings.issuers[0],
        discovery_url=settings.sign_in_discovery,
        client_id=settings.sign_in_client,
        client_secret=settings.sign_in_secret.get_secret_value() or None,
        scope=f"openid profile offline_access {settings.sign_in_scope or _usual_scope(settings)}",
    )


def _usual_scope(settings: Settings) -> str:
    """Microsoft's platform names a scope by the API that it is of; others have it by its own name."""
    return f"api://{settings.issuers[0].audience}/access_as_user"


def records_of(settings: Settings, database: Database, kind: str) -> Records:
    """Records of browsers that every process of every server shares, sealed with the secret that they share."""
    return Shelf(database, kind, sha256(b"browsers" + settings.signing_key()).digest(), time.time)


def sessions_of(
    settings: Settings, database: Database, verifier: Verifier, client: LoginClient | None
) -> Sessions | None:
    """Sessions of browsers, where browsers can sign in."""
    if client is None:
        return None
    return Sessions(
        records_of(settings, database, "session"),
        verifier,
        client.renew,
        settings.public_url,
        longest=settings.session_hours * 3600,
        longest_idle=settings.session_idle_minutes * 60,
    )
