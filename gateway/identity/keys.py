"""What a key document says: which keys may sign, and for which issuer each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from gateway.identity.compact import ALGORITHM, StrictDecoder
from gateway.identity.issuers import PLACEHOLDER

LARGEST_DOCUMENT: Final = 256 * 1024
_MODULUS_LENGTHS: Final = range(342, 684)
"""Characters of base64url: 2,048 to 4,096 bits. A smaller key is weak, a larger one slows every check."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One public key. `issuer` is the key's own limit: exact, a template, or none given."""

    kid: str
    issuer: str | None
    public: RSAKey

    def may_sign(self, iss: str, tid: str) -> bool:
        """A template key signs for every tenant, a bound key for its own only (K-13)."""
        return self.issuer is not None and self.issuer.replace(PLACEHOLDER, tid) == iss


def parse(document: bytes) -> Mapping[str, SigningKey]:
    """The usable keys by kid. Unusable entries are passed over one by one; none usable is a ValueError."""
    if len(document) > LARGEST_DOCUMENT:
        raise ValueError("key document too large")
    try:
        entries = json.loads(document, cls=StrictDecoder)["keys"]
    except (KeyError, TypeError, RecursionError):
        raise ValueError("not a key document") from None
    if not isinstance(entries, list):
        raise ValueError("not a key document")
    keys: dict[str, SigningKey] = {}
    for entry in entries:
        key = _usable(entry)
        if key is not None:
            keys.setdefault(key.kid, key)
    if not keys:
        raise ValueError("no usable key")
    return keys


def _usable(entry: Any) -> SigningKey | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", ALGORITHM) != ALGORITHM:
        return None
    kid, issuer, modulus, exponent = (entry.get(name) for name in ("kid", "issuer", "n", "e"))
    if not isinstance(kid, str) or not kid or not isinstance(issuer, str | None):
        return None
    if not isinstance(modulus, str) or not isinstance(exponent, str) or len(modulus) not in _MODULUS_LENGTHS:
        return None
    try:
        return SigningKey(kid, issuer, RSAKey.import_key({"kty": "RSA", "n": modulus, "e": exponent}))
    except (JoseError, ValueError):
        return None
