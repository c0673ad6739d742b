"""Global ids: opaque and typed (5.1). The wire form is base64 of `Type:uuid`, in exactly one spelling.

Malformed, of another type, unknown and foreign ids are all the same NOT_FOUND, so an id cannot be probed (D-31).
"""

import binascii
from base64 import b64decode, b64encode
from binascii import b2a_base64
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from tenancy.errors import NotFound

UUID_LENGTH: Final = 36


def encode(type_name: str, id: str) -> str:
    """The global id of a row; `id` is its uuid as canonical text."""
    return b64encode(f"{type_name}:{id}".encode()).decode()


def encode_all(type_name: str, ids: Iterable[str]) -> list[str]:
    """The global ids of many rows of one type, as `encode` writes them: one encoding for all, then cut.

    All uuids are equally long. Filled up to whole groups of three bytes, each begins a new group of base64, and only
    the padding at its end must be written by hand.
    """
    prefix = f"{type_name}:"
    gap = -(len(prefix) + UUID_LENGTH) % 3
    filler = "\0" * gap
    text = prefix + f"{filler}{prefix}".join(ids) + filler
    if len(text) == len(prefix + filler):
        return []
    encoded = b2a_base64(text.encode(), newline=False).decode()
    step = (len(prefix) + UUID_LENGTH + gap) // 3 * 4
    if not gap:
        return [encoded[at : at + step] for at in range(0, len(encoded), step)]
    end, padding = step - gap, "=" * gap
    return [encoded[at : at + end] + padding for at in range(0, len(encoded), step)]


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
