"""Documents that are remembered by their text.

A document that came once stands among the newcomers, who make room only for each other; one that came again is in use
and leaves them. So a stream of documents that come once, as hostile ones do, drives out none that is in use, and little
of it lives long enough to burden whoever looks for garbage.
"""

from collections import OrderedDict
from typing import Final

from schema.execution.document import Document

NEWCOMERS: Final = 100_000
"""Characters of documents that came once; the largest one allowed keeps about 1 MB of nodes and tokens."""
IN_USE: Final = 1_000_000
"""Characters of documents that came again."""

Key = tuple[str, str | None]
"""Its text, and the name of the operation that is meant."""


class Kept:
    """At most so many `documents` of each sort."""

    def __init__(self, documents: int) -> None:
        self._newcomers, self._in_use = _Shelf(documents, NEWCOMERS), _Shelf(documents, IN_USE)

    def __contains__(self, key: Key) -> bool:
        return key in self._in_use.documents or key in self._newcomers.documents

    def __len__(self) -> int:
        return len(self._in_use.documents) + len(self._newcomers.documents)

    @property
    def characters(self) -> int:
        """Of all of them together."""
        return self._in_use.characters + self._newcomers.characters

    def get(self, key: Key) -> Document | None:
        """The document, which is in use from now on."""
        known = self._in_use.documents.get(key)
        if known is not None:
            self._in_use.documents.move_to_end(key)
        elif key in self._newcomers.documents:
            known = self._newcomers.take(key)
            self._in_use.put(key, known)
        return known

    def put(self, key: Key, document: Document) -> None:
        """A document that came for the first time."""
        self._newcomers.put(key, document)


class _Shelf:
    """Documents, the one that was not asked for longest first; the oldest ones fall off beyond the bounds."""

    def __init__(self, most: int, room: int) -> None:
        self.documents: OrderedDict[Key, Document] = OrderedDict()
        self.characters = 0
        self._most, self._room = most, room

    def take(self, key: Key) -> Document:
        self.characters -= len(key[0])
        return self.documents.pop(key)

    def put(self, key: Key, document: Document) -> None:
        self.documents[key] = document
        self.characters += len(key[0])
        while len(self.documents) > self._most or self.characters > self._room:
            self.take(next(iter(self.documents)))
