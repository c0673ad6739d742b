"""The applications registered at the demo provider, with the questions Authlib asks about a client."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from secrets import compare_digest
from typing import Final

from gateway.demo.people import Person
from gateway.demo.provider_keys import Secrets
from gateway.demo.provider_tokens import API, SCOPE
from tenancy.words import AccountType

CONSOLE: Final = "5e1f0000-0a91-4000-8000-00000000c001"
"""The console's registration; another one than the API's, so that its ID tokens are no access tokens (K-17)."""

COMMAND_LINE: Final = "5e1f0000-0a91-4000-8000-00000000c002"
"""`gateway token PERSON`."""

API_SCOPE: Final = f"api://{API}/{SCOPE}"
DEFAULT_SCOPE: Final = f"api://{API}/.default"
PERSON_SCOPES: Final = frozenset({"openid", "profile", "email", "offline_access", API_SCOPE})


@dataclass(frozen=True, slots=True)
class Client:
    """One registration. With a `secret` it is confidential and stands for `application`; else it is public."""

    client_id: str
    redirect_uris: frozenset[str] = frozenset()
    secret: str | None = None
    application: Person | None = None

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the redirect address is always asked for, and compared exactly."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The requested scopes that exist; None, which refuses, when the API's own is not among them."""
        asked = [word for word in (scope or "").split() if word in PERSON_SCOPES]
        return " ".join(asked) if API_SCOPE in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return self.secret is not None and compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint  # the same at every endpoint
        return (method == "none") == (self.secret is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and bool(self.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        if self.application is not None:
            return grant_type == "client_credentials"
        return grant_type in {"authorization_code", "refresh_token"} and bool(self.redirect_uris)


def registrations(people: Iterable[Person], redirect_uri: str, secrets: Secrets) -> Mapping[str, Client]:
    """All clients by id: the console, the command line, and each application of the demo world by its object id."""
    applications = [
        Client(person.oid, secret=secrets.application_secret(person.oid), application=person)
        for person in people
        if person.account_type is AccountType.APPLICATION
    ]
    clients = [Client(CONSOLE, frozenset({redirect_uri})), Client(COMMAND_LINE), *applications]
    return {client.client_id: client for client in clients}
