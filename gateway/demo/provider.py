"""The demo identity provider: in this process, on this machine, for people without passwords.

It speaks as the Microsoft identity platform does: one issuer template for all tenants, the same paths, the same
claims, keys with an issuer of their own. Everything after it is the production path.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]  # Authlib ships no types
from authlib.oauth2.rfc6749 import OAuth2Error  # type: ignore[import-untyped]  # Authlib ships no types
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from gateway.demo.people import Person
from gateway.demo.provider_clients import API_SCOPE, COMMAND_LINE, CONSOLE, Client, registrations
from gateway.demo.provider_grants import Grants
from gateway.demo.provider_keys import KeyFile
from gateway.demo.provider_page import sign_in_page
from gateway.demo.provider_server import Asked, Server
from gateway.demo.provider_tokens import API, Mint
from gateway.identity import CONSUMER_TENANT, Issuer
from gateway.identity.issuers import PLACEHOLDER, is_loopback
from tenancy.identity import Identity
from tenancy.words import AccountType

PATH: Final = "/demo-idp"


class DemoProvider:
    """`people` may sign in at `public_url`, which is plain http on loopback; secrets are kept in `data`/demo-idp.

    Raises ValueError when demo mode is off or `public_url` is not on this machine: whoever reaches this provider
    can be anybody.
    """

    console_client: Final = CONSOLE
    console_scope: Final = f"openid profile offline_access {API_SCOPE}"

    def __init__(
        self,
        people: Sequence[Person],
        *,
        public_url: str,
        data: Path,
        demo_mode: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not demo_mode or not is_loopback(public_url):
            raise ValueError("the demo identity provider exists in demo mode and on loopback only")
        self.public_url = public_url.rstrip("/")
        self._people = {person.key: person for person in people}
        self._by_id = {(person.tid, person.oid): person for person in people}
        self.keys = KeyFile(data / "demo-idp")
        self._mint = Mint(f"{self.public_url}{PATH}/{PLACEHOLDER}/v2.0", self.keys, clock)
        self._clients = registrations(people, f"{self.public_url}/sign-in/callback", self.keys.read())
        folder = data / "demo-idp"
        self._server = Server(self._clients, self._mint, clock, lambda kind: Grants(folder / kind, self._people, clock))

    @property
    def issuer(self) -> Issuer:
        """What the verifier must be told to accept these tokens."""
        return Issuer(
            issuer=self._mint.issuer_template,
            audience=API,
            clients=frozenset(self._clients),
            discovery_url=self.discovery_url,
        )

    @property
    def discovery_url(self) -> str:
        return f"{self.public_url}{PATH}/common/v2.0/.well-known/openid-configuration"

    async def key_source(self) -> bytes:
        """The public key document without HTTP; for `Verifier(sources=...)` of the same process."""
        return self.keys.read().document(self._mint.issuer_template)

    def mint(self, person: Person, minutes: int = 60) -> str:
        """An access token for a person or an application, as `gateway token` prints it."""
        client = person.oid if person.account_type is AccountType.APPLICATION else COMMAND_LINE
        return self._mint.access_token(person, client, minutes * 60)

    def credentials(self, application: Person) -> tuple[str, str]:
        """Client id and secret of a demo application, for the client credentials grant."""
        client: Client = self._clients[application.oid]
        return client.client_id, client.secret or ""

    def person(self, identity: Identity) -> Person | None:
        """The person behind an identity, if it is one of these people."""
        return self._by_id.get((identity.tid, identity.oid))

    def routes(self) -> list[BaseRoute]:
        """Everything under /demo-idp."""
        tenant = "/{tenant}"
        return [
            Mount(
                PATH,
                routes=[
                    Route(f"{tenant}/v2.0/.well-known/openid-configuration", self._discover),
                    Route(f"{tenant}/discovery/v2.0/keys", self._publish_keys),
                    Route(f"{tenant}/oauth2/v2.0/authorize", self._authorize, methods=["GET", "POST"]),
                    Route(f"{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
                ],
            )
        ]

    async def _discover(self, request: Request) -> Response:
        tenant = self._tenant(request)
        base = f"{self.public_url}{PATH}/{tenant}"
        return JSONResponse(
            {
                "issuer": self._named_issuer(tenant),
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access", API_SCOPE],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _publish_keys(self, request: Request) -> Response:
        self._tenant(request)
        return Response(await self.key_source(), media_type="application/json")

    async def _authorize(self, request: Request) -> Response:
        tenant = self._tenant(request)
        oauth = self._server.create_oauth2_request(self._asked(request, request.query_params))
        try:
            grant = self._server.get_consent_grant(oauth, end_user=None)
        except OAuth2Error as error:
            return _with_issuer(self._server.handle_error_response(oauth, error), self._named_issuer(tenant))
        except ValueError:
            # Authlib quotes a refused redirect address in its answer, and stumbles over quotes within it.
            raise HTTPException(400) from None
        people = self._people_of(tenant)
        if request.method == "GET":
            return sign_in_page(people.values())
        if request.headers.get("origin", self.public_url) != self.public_url:
            raise HTTPException(403)
        async with request.form(max_fields=10) as form:
            person = people.get(str(form.get("person")))
        answer = self._server.create_authorization_response(oauth, grant_user=person, grant=grant)
        return _with_issuer(answer, self._mint.issuer(person.tid) if person else self._named_issuer(tenant))

    async def _token(self, request: Request) -> Response:
        self._tenant(request)
        async with request.form(max_fields=20) as form:
            answer: Response = self._server.create_token_response(self._asked(request, form))
        return answer

    def _asked(self, request: Request, parameters: QueryParams | FormData) -> Asked:
        return Asked(request.method, request.path_params["tenant"], parameters, request.headers)

    def _tenant(self, request: Request) -> str:
        """The tenant of the path; only callers on this machine get so far."""
        if request.client is None or not ip_address(request.client.host).is_loopback:
            raise HTTPException(403)
        tenant: str = request.path_params["tenant"]
        if tenant not in {"common", "organizations", "consumers"} | {tid for tid, _ in self._by_id}:
            raise HTTPException(404)
        return tenant

    def _named_issuer(self, tenant: str) -> str:
        """As Microsoft has it: shared metadata name the template, a tenant's own metadata that tenant."""
        if tenant in {"common", "organizations"}:
            return self._mint.issuer_template
        return self._mint.issuer(CONSUMER_TENANT if tenant == "consumers" else tenant)

    def _people_of(self, tenant: str) -> Mapping[str, Person]:
        def belongs(person: Person) -> bool:
            if tenant in {"common", "organizations"}:
                return tenant == "common" or person.tid != CONSUMER_TENANT
            return person.tid == (CONSUMER_TENANT if tenant == "consumers" else tenant)

        humans = (person for person in self._people.values() if person.account_type is not AccountType.APPLICATION)
        return {person.key: person for person in humans if belongs(person)}


def _with_issuer(answer: Response, issuer: str) -> Response:
    """RFC 9207: the client learns who answered. A page instead of a redirect stays as it is."""
    if "location" in answer.headers:
        answer.headers["location"] = add_params_to_uri(answer.headers["location"], {"iss": issuer})
    return answer
