"""Refusals that are remembered: the same hostile document again costs a look-up.

Neither the text nor its tree is kept, only what is answered: who sends a document twice sends a hash for us to find.
"""

from collections import OrderedDict
from hashlib import sha256
from typing import Any, Final

import orjson
from graphql import GraphQLError, SourceLocation

from schema.execution.outcome import Refused

MOST: Final = 1024
BYTES: Final = 256 * 1024
"""Of all answers together."""
_LARGEST: Final = 8 * 1024
"""A longer answer quotes its client at length; that is for once."""

Key = tuple[bytes, str | None]


class Refusals:
    """The last ones, by document and operation name."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, bytes] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def again(self, key: Key) -> None:
        """Raises the Refused of this document, if it is known."""
        answer = self._known.get(key)
        if answer is not None:
            self._known.move_to_end(key)
            raise Refused([_error(**each) for each in orjson.loads(answer)])

    def keep(self, key: Key, refused: Refused) -> None:
        """Remember it, and forget the oldest ones beyond the bounds."""
        answer = orjson.dumps([error.formatted for error in refused.errors])
        if len(answer) > _LARGEST:
            return
        self._known[key] = answer
        self.bytes += len(answer)
        while len(self._known) > MOST or self.bytes > BYTES:
            _, oldest = self._known.popitem(last=False)
            self.bytes -= len(oldest)


def key_of(text: str, operation_name: str | None) -> Key:
    """What a refusal is known by."""
    return sha256(text.encode(errors="surrogatepass")).digest(), operation_name


def _error(message: str, extensions: dict[str, Any], locations: list[dict[str, int]] | None = None) -> GraphQLError:
    """As it was, without the nodes and the source that made it."""
    error = GraphQLError(message, extensions=extensions)
    error.locations = [SourceLocation(**each) for each in locations] if locations else None
    return error
