"""Authlib's OAuth 2 server core, fitted to Starlette and to the demo provider's rules.

Authlib is synchronous and framework neutral: forms are read first, then everything happens in memory and in small
files, so that a code given by one process can be redeemed at another one.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]  # Authlib ships no types
    AuthorizationServer,
    InvalidRequestError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import (  # type: ignore[import-untyped]  # Authlib ships no types
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc6749.requests import (  # type: ignore[import-untyped]  # Authlib ships no types
    BasicOAuth2Payload,
)
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]  # Authlib ships no types
from authlib.oidc.core.grants import OpenIDCode  # type: ignore[import-untyped]  # Authlib ships no types
from starlette.datastructures import FormData, Headers, QueryParams
from starlette.responses import JSONResponse, Response

from gateway.demo.people import Person
from gateway.demo.provider_clients import DEFAULT_SCOPE, Client
from gateway.demo.provider_grants import Granted, Grants
from gateway.demo.provider_tokens import LIFETIME, Mint

CODE_LIFETIME = 60

# Authlib writes tokens and code verifiers to its debug log (K-20).
logging.getLogger("authlib").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose form has been read; `tenant` is the tenant part of the path."""

    method: str
    tenant: str
    parameters: QueryParams | FormData
    headers: Headers


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib ships no types
    """Code with PKCE, refresh with rotation, client credentials."""

    def __init__(
        self,
        clients: Mapping[str, Client],
        mint: Mint,
        clock: Callable[[], float],
        grants: Callable[[str], Grants],
    ) -> None:
        """`grants` gives the memory for a kind of secret."""
        super().__init__()
        self.clients, self.mint, self.clock = clients, mint, clock
        self.codes, self.refreshers = grants("codes"), grants("refreshers")
        self.register_token_generator("default", self._tokens)
        self.register_grant(_CodeGrant, [_S256(required=True), _IdToken(require_nonce=True)])
        self.register_grant(_RefreshGrant)
        self.register_grant(_ApplicationGrant)

    def query_client(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    def create_oauth2_request(self, request: "Asked | OAuth2Request") -> OAuth2Request:
        return request if isinstance(request, OAuth2Request) else _Request(request)

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Response:
        answer = JSONResponse(body, status) if isinstance(body, dict) else Response(body, status)
        answer.headers.update(dict(headers))
        return answer

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        """Remember a refresh token; access tokens are self-contained."""
        if "refresh_token" in token:
            lasting = Granted(request.client.client_id, request.user, token["scope"], self.clock() + 24 * 3600)
            self.refreshers.put(token["refresh_token"], lasting)

    def _tokens(
        self, grant_type: str, client: Client, user: Person | None, scope: str, include_refresh_token: bool, **_: Any
    ) -> dict[str, Any]:
        person = user or client.application
        assert person is not None, f"{grant_type} has neither a person nor an application"
        token = {
            "token_type": "Bearer",
            "access_token": self.mint.access_token(person, client.client_id),
            "expires_in": LIFETIME,
            "scope": scope,
        }
        if include_refresh_token and "offline_access" in scope.split():
            token["refresh_token"] = secrets.token_urlsafe(32)
        return token


class _Request(OAuth2Request):  # type: ignore[misc]  # Authlib ships no types
    def __init__(self, asked: Asked) -> None:
        # Authlib refuses plain http; on loopback that is all there is, so the address is only said to be https.
        super().__init__(asked.method, "https://demo-idp.invalid/", headers=asked.headers)
        self.tenant = asked.tenant
        self.payload = BasicOAuth2Payload({name: str(value) for name, value in asked.parameters.items()})
        self.payload._datalist = {name: asked.parameters.getlist(name) for name in asked.parameters}

    @property
    def form(self) -> Any:
        return self.payload.data

    @property
    def args(self) -> Any:
        return self.payload.data


class _S256(CodeChallenge):  # type: ignore[misc]  # Authlib ships no types
    """PKCE for everybody; Authlib alone binds public clients only, and those only at the token endpoint."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str | None) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class _IdToken(OpenIDCode):  # type: ignore[misc]  # Authlib ships no types
    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """False: a code is used once, so its nonce is too."""
        del nonce, request
        return False

    def process_token(self, grant: AuthorizationCodeGrant, response: tuple[int, dict[str, Any], object]) -> None:
        token, granted = response[1], grant.request.authorization_code
        if "openid" in granted.scope.split():
            token["id_token"] = grant.server.mint.id_token(granted.person, granted.client_id, granted.nonce)


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data = request.payload.data
        granted = Granted(
            request.client.client_id,
            request.user,
            request.scope,
            self.server.clock() + CODE_LIFETIME,
            data["redirect_uri"],
            data.get("nonce", ""),
            data["code_challenge"],
        )
        self.server.codes.put(code, granted)

    def query_authorization_code(self, code: str, client: Client) -> Granted | None:
        # Taken at the first try, whether or not the rest of the request is right: a second try never succeeds.
        granted: Granted | None = self.server.codes.take(code)
        return granted if granted is not None and granted.check_client(client) else None

    def delete_authorization_code(self, authorization_code: Granted) -> None:
        """Gone already."""

    def authenticate_user(self, authorization_code: Granted) -> Person:
        return authorization_code.person


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Granted | None:
        granted: Granted | None = self.server.refreshers.get(refresh_token)
        return granted

    def authenticate_user(self, refresh_token: Granted) -> Person:
        return refresh_token.person

    def revoke_old_credential(self, refresh_token: Granted) -> None:
        del refresh_token
        self.server.refreshers.take(self.request.form["refresh_token"])


class _ApplicationGrant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib ships no types
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def validate_token_request(self) -> None:
        super().validate_token_request()
        if self.request.payload.scope != DEFAULT_SCOPE or self.client.application.tid != self.request.tenant:
            raise InvalidRequestError("An application asks its own tenant for the .default scope of this API.")
