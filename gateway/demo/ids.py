"""Ids of the demo world, made from names, so that a document, a test and the database agree on them."""

from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

_WORLD: Final = UUID("6f1c2b0e-5d0a-5c55-9d3e-0d5a7c1e2f40")


def of(name: str) -> str:
    """The id of a named thing, as canonical text: `of("contoso")` is the tenant, `of("contoso/W1")` its workspace."""
    return str(uuid5(_WORLD, name))


def entra(organisation: str) -> str:
    """The `tid` that work accounts of an organisation carry in their tokens."""
    return of(f"entra/{organisation}")


def user(key: str) -> str:
    """The `app_user` row of a person, by the person's key."""
    return of(f"user/{key}")


def invitation_token(name: str) -> str:
    """The secret of a demo invitation's link, as its mail would hold it; the database keeps the hash only."""
    return f"demo-{name.replace('/', '-')}"


def invitation_hash(name: str) -> bytes:
    """SHA-256 of the token: what the row of an invitation holds."""
    return sha256(invitation_token(name).encode()).digest()
