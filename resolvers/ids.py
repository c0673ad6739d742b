"""Global ids: opaque and typed (5.1). The wire form is base64 of `Type:uuid`, in exactly one spelling.

Malformed, of another type, unknown and foreign ids are all the same NOT_FOUND, so an id cannot be probed (D-31).
"""

import binascii
from base64 import b64decode, b64encode
from uuid import UUID

from tenancy.errors import NotFound


def encode(type_name: str, id: str) -> str:
    """The global id of a row; `id` is its uuid as canonical text."""
    return b64encode(f"{type_name}:{id}".encode()).decode()


def decode(global_id: str) -> tuple[str, str]:
    """Type name and uuid. Anything that `encode` would not have written is NOT_FOUND."""
    try:
        type_name, _, id = b64decode(global_id, validate=True).decode().partition(":")
        canonical = str(UUID(id))
    except (ValueError, UnicodeDecodeError, binascii.Error):
        raise NotFound() from None
    if encode(type_name, canonical) != global_id:
        raise NotFound()
    return type_name, canonical


def of(type_name: str, global_id: str, *, field: str | None = None) -> str:
    """The uuid in an id that must be of this type; `field` names the input where a command has several."""
    try:
        found, id = decode(global_id)
    except NotFound:
        raise NotFound(field=field) from None
    if found != type_name:
        raise NotFound(field=field)
    return id
