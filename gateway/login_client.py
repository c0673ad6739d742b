"""Authlib's sign-in client, with the checks that it leaves to its users."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # Authlib ships no types
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]  # Authlib ships no types
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from gateway.identity import Issuer
from gateway.identity.compact import ALGORITHM
from gateway.identity.issuers import is_loopback, require_safe
from gateway.sessions import Tokens
from tenancy.errors import Unavailable
from tenancy.identity import is_guid

LONGEST_WAIT: Final = 5.0
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")

# Authlib writes tokens and code verifiers to its debug log (K-20).
logging.getLogger("authlib").setLevel(logging.INFO)


class LoginFailed(Exception):
    """This sign-in did not work out; the reason is for our log and never for the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The console's registration at an issuer. Its `client_id` is never the API's audience (K-17).

    `origin` is where browsers reach this gateway, such as `https://gateway.example`; `scope` asks for the API, for
    `openid`, and for `offline_access` if sessions are to outlive one token. Raises ValueError for unsafe values.
    """

    origin: str
    issuer: Issuer
    discovery_url: str
    client_id: str
    scope: str
    client_secret: str | None = None
    after: str = "/console"

    def __post_init__(self) -> None:
        require_safe(self.origin)
        require_safe(self.discovery_url)
        parts = urlsplit(self.origin)
        if self.origin != f"{parts.scheme}://{parts.netloc}" or not self.after.startswith("/"):
            raise ValueError("an origin has no path; the page after sign-in is a path")
        if self.client_id == self.issuer.audience or self.client_id not in self.issuer.clients:
            raise ValueError("the console needs a registration of its own, and the issuer must list it")
        if "openid" not in self.scope.split():
            raise ValueError("signing in needs the scope openid, for the nonce")

    @property
    def callback(self) -> str:
        """The one registered redirect address; never made from a request."""
        return f"{self.origin}/sign-in/callback"


class LoginClient:
    """The three conversations with the provider: go there, come back, renew."""

    def __init__(self, login: Login, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._login = login
        self._app = OAuth().register(
            "login",
            client_id=login.client_id,
            client_secret=login.client_secret,
            server_metadata_url=login.discovery_url,
            client_kwargs={
                "scope": login.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if login.client_secret else "none",
                "timeout": LONGEST_WAIT,
                "follow_redirects": False,
                "trust_env": not is_loopback(login.discovery_url),
                "transport": transport,
            },
        )

    async def redirect(self, request: Request) -> Response:
        """Send the browser to the provider; state, nonce and proof go into `request.session`. May be Unavailable."""
        await self._metadata()
        answer: Response = await self._app.authorize_redirect(request, self._login.callback)
        return answer

    async def redeem(self, request: Request) -> Tokens:
        """The tokens for the code that the browser brought back. Raises LoginFailed or Unavailable (K-27)."""
        metadata = await self._metadata()
        try:
            self._check_answerer(request, metadata)
            found = await self._app.authorize_access_token(request, claims_options=self._id_token_rules())
            if "userinfo" not in found:
                raise LoginFailed("no ID token, so no nonce")
            if request.query_params.get("iss", found["userinfo"]["iss"]) != found["userinfo"]["iss"]:
                raise LoginFailed("another tenant answered")
            return _tokens(found)
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as failure:
            raise LoginFailed(type(failure).__name__) from None
        except httpx2.HTTPError:
            raise Unavailable() from None

    async def renew(self, refresh_token: str) -> Tokens | None:
        """New tokens for a refresh token; None when the provider refuses it. May be Unavailable."""
        await self._metadata()
        try:
            return _tokens(await self._app.fetch_access_token(grant_type="refresh_token", refresh_token=refresh_token))
        except (AuthlibBaseError, ValueError, KeyError, TypeError):
            return None
        except httpx2.HTTPError:
            raise Unavailable() from None

    async def _metadata(self) -> Mapping[str, Any]:
        """The provider's metadata, if they are the configured issuer's and lead nowhere unsafe."""
        try:
            metadata: dict[str, Any] = await self._app.load_server_metadata()
            if metadata["issuer"] != self._login.issuer.issuer:
                raise ValueError("the discovery document is another issuer's")
            for endpoint in _ENDPOINTS:
                require_safe(metadata[endpoint])
        except (httpx2.HTTPError, ValueError, KeyError, TypeError):
            # Authlib keeps what it has loaded; a bad answer must not stay.
            self._app.server_metadata.clear()
            raise Unavailable() from None
        metadata["id_token_signing_alg_values_supported"] = [ALGORITHM]
        return metadata

    def _check_answerer(self, request: Request, metadata: Mapping[str, Any]) -> None:
        """RFC 9207: whoever answered must be the issuer that was asked; Authlib does not look."""
        answerers = request.query_params.getlist("iss")
        if not answerers and not metadata.get("authorization_response_iss_parameter_supported"):
            return
        if len(answerers) != 1 or not self._is_ours(answerers[0]):
            raise LoginFailed("another issuer answered")

    def _is_ours(self, iss: str) -> bool:
        """Whether `iss` is the issuer, with any tenant's GUID where the template has its placeholder."""
        before, placeholder, after = self._login.issuer.issuer.partition("{tenantid}")
        tenant = iss[len(before) : len(iss) - len(after)]
        return iss == f"{before}{tenant}{after}" and (is_guid(tenant) if placeholder else not tenant)

    def _id_token_rules(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "validate": self._issued_here},
            "aud": {"essential": True, "value": self._login.client_id},
            "nonce": {"essential": True},
        }

    def _issued_here(self, claims: Mapping[str, Any], iss: object) -> bool:
        tid = claims.get("tid")
        if self._login.issuer.claims is None and not is_guid(tid):
            return False
        return iss == self._login.issuer.for_tenant(str(tid))


def _tokens(found: Mapping[str, Any]) -> Tokens:
    access, refresh = found["access_token"], found.get("refresh_token")
    if not isinstance(access, str) or not isinstance(refresh, str | None):
        raise TypeError("tokens are texts")
    return Tokens(access, refresh)
