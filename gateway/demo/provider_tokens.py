"""The demo provider's tokens, claim by claim as the Microsoft identity platform (v2) shapes them."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from joserfc import jwt

from gateway.demo.people import Person
from gateway.demo.provider_keys import KeyFile
from gateway.identity.compact import ALGORITHM
from gateway.identity.issuers import PLACEHOLDER
from tenancy.words import AccountType

API: Final = "5e1f0000-0a91-4000-8000-00000000a001"
"""This API's own registration: the audience of access tokens, and of nothing else (K-17)."""

SCOPE: Final = "access_as_user"
APPLICATION_ROLE: Final = "Insights.Read"
LIFETIME: Final = 3600


@dataclass(frozen=True, slots=True)
class Mint:
    """Signs tokens. `issuer_template` holds `{tenantid}`; `clock` gives epoch seconds."""

    issuer_template: str
    keys: KeyFile
    clock: Callable[[], float]

    def access_token(self, person: Person, client_id: str, seconds: int = LIFETIME) -> str:
        """A person's token with `scp`, or an application's with `roles` and `idtyp` (D-30)."""
        claims = self._common(person, API, seconds) | {"azp": client_id, "azpacr": "0"}
        if person.account_type is AccountType.APPLICATION:
            # An application is its own subject, and has neither a name nor a scope.
            own = {"azpacr": "1", "idtyp": "app", "roles": [APPLICATION_ROLE], "sub": person.oid}
            return self._signed(person, claims | own)
        return self._signed(person, claims | {"scp": SCOPE} | _described(person))

    def id_token(self, person: Person, client_id: str, nonce: str, seconds: int = LIFETIME) -> str:
        """For the client that asked, never for the API: its audience is the client, and it has no scope."""
        claims = self._common(person, client_id, seconds) | {"nonce": nonce} | _described(person)
        return self._signed(person, claims)

    def issuer(self, tid: str) -> str:
        return self.issuer_template.replace(PLACEHOLDER, tid)

    def _common(self, person: Person, audience: str, seconds: int) -> dict[str, Any]:
        now = int(self.clock())
        return {
            "aud": audience,
            "iss": self.issuer(person.tid),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "oid": person.oid,
            "sub": _pairwise(person, audience),
            "tid": person.tid,
            "uti": secrets.token_urlsafe(16),
            "ver": "2.0",
        }

    def _signed(self, person: Person, claims: dict[str, Any]) -> str:
        key = self.keys.read().signing_key(person.tid)
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def _described(person: Person) -> dict[str, Any]:
    """Names for display, and the marks of a guest."""
    claims = {"name": person.name, "preferred_username": person.email, "acct": int(person.is_guest)}
    # The demo world's guests are personal accounts that an organisation invited (D-4).
    return claims | ({"idp": "live.com"} if person.is_guest else {})


def _pairwise(person: Person, audience: str) -> str:
    """The same person has another subject for every audience, so that two APIs cannot compare notes."""
    text = f"{audience} {person.tid} {person.oid}".encode()
    return urlsafe_b64encode(sha256(text).digest()).rstrip(b"=").decode()
