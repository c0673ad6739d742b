"""A small issuer and a large forger: real RSA keys, honest tokens, and every dishonest variation of them."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from gateway.identity import CONSUMER_TENANT, Issuer, Verifier

TEMPLATE: Final = "https://login.example/{tenantid}/v2.0"
CONTOSO: Final = "11111111-aaaa-4aaa-8aaa-111111111111"
FABRIKAM: Final = "22222222-bbbb-4bbb-8bbb-222222222222"
ALICE: Final = "aaaaaaaa-0000-4000-8000-00000000000a"
API: Final = "99999999-9999-4999-8999-99999999999a"
CONSOLE: Final = "77777777-7777-4777-8777-777777777777"
NOW: Final = 1_750_000_000


def b64(data: bytes | str) -> str:
    return urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def new_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


TEMPLATE_KEY, CONSUMER_KEY, FOREIGN_KEY = new_key(), new_key(), new_key()


def entry(kid: str, key: RSAPrivateKey, issuer: str | None = TEMPLATE, **more: Any) -> dict[str, Any]:
    """One member of a key document."""
    numbers = key.public_key().public_numbers()
    public = {"n": b64(numbers.n.to_bytes(key.key_size // 8, "big")), "e": b64(numbers.e.to_bytes(3, "big"))}
    limit = {} if issuer is None else {"issuer": issuer}
    return {"kty": "RSA", "use": "sig", "n": public["n"], "e": public["e"], "kid": kid} | limit | more


def document(*entries: Mapping[str, Any]) -> bytes:
    return json.dumps({"keys": entries}).encode()


USUAL: Final = document(
    entry("template", TEMPLATE_KEY),
    entry("consumer", CONSUMER_KEY, TEMPLATE.replace("{tenantid}", CONSUMER_TENANT)),
)


def signed(
    header: str,
    payload: str,
    key: RSAPrivateKey = TEMPLATE_KEY,
    padding: AsymmetricPadding | None = None,
    digest: HashAlgorithm | None = None,
) -> str:
    """A truly signed token with exactly these texts, however odd they are."""
    text = f"{b64(header)}.{b64(payload)}"
    return f"{text}.{b64(key.sign(text.encode(), padding or PKCS1v15(), digest or SHA256()))}"


def header(kid: str = "template", **more: Any) -> str:
    return json.dumps({"typ": "JWT", "alg": "RS256", "kid": kid} | more)


def claims(tid: str | None = CONTOSO, **more: Any) -> dict[str, Any]:
    """A person's claims; a value of None takes the claim away."""
    full = {
        "aud": API,
        "iss": TEMPLATE.replace("{tenantid}", str(tid)),
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 3600,
        "azp": CONSOLE,
        "name": "Alice Arden",
        "oid": ALICE,
        "preferred_username": "alice@contoso.example",
        "scp": "access_as_user",
        "sub": "pairwise-subject",
        "tid": tid,
        "uti": "x",
        "ver": "2.0",
    }
    return {name: value for name, value in (full | more).items() if value is not None}


def token(kid: str = "template", key: RSAPrivateKey = TEMPLATE_KEY, tid: str | None = CONTOSO, **more: Any) -> str:
    return signed(header(kid), json.dumps(claims(tid, **more)), key)


def bearer(text: str) -> list[bytes]:
    return [b"Bearer " + text.encode("latin-1")]


@dataclass
class Endpoint:
    """A key source that counts, and that can be made to fail."""

    document: bytes = USUAL
    fetches: int = 0
    failure: Exception | None = None

    async def __call__(self) -> bytes:
        self.fetches += 1
        if self.failure is not None:
            raise self.failure
        return self.document


@dataclass
class Gate:
    """A verifier with a clock and a key source that the test holds in its hands."""

    endpoint: Endpoint = field(default_factory=Endpoint)
    now: float = NOW
    issuer: Issuer = field(
        default_factory=lambda: Issuer(
            issuer=TEMPLATE, audience=API, clients=frozenset({CONSOLE}), jwks_url="https://login.example/keys"
        )
    )

    def __post_init__(self) -> None:
        self.verifier = Verifier([self.issuer], {self.issuer.issuer: self.endpoint}, lambda: self.now)
