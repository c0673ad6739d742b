"""Cursors: the place after a row, sealed so that it says nothing and fits nowhere else (T-06).

A cursor is AES-SIV over the row's sort key. What it was made for (tenant, principal, field, filters, order, parent)
is authenticated with it: used anywhere else, or altered by one bit, it is BAD_USER_INPUT.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from tenancy.errors import BadInput


class Seal:
    """Makes and reads cursors with one key, 32 bytes, the same on every worker."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def close(self, position: Sequence[Any], purpose: Sequence[Any]) -> str:
        """The cursor of a row whose sort key is `position`."""
        sealed = self._cipher.encrypt(orjson.dumps(position), [orjson.dumps(purpose)])
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, cursor: str, purpose: Sequence[Any]) -> list[Any]:
        """The sort key in a cursor that was made for exactly this purpose."""
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = orjson.loads(self._cipher.decrypt(sealed, [orjson.dumps(purpose)]))
        except (ValueError, InvalidTag, binascii.Error):
            raise BadInput(field="after") from None
        if self.close(position, purpose) != cursor:
            raise BadInput(field="after")
        return list(position)
