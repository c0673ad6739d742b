"""What a client says it takes: `Accept` and `Accept-Encoding`, as far as the console needs them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from starlette.datastructures import Headers

_REFUSED: Final = re.compile(r"q\s*=\s*0(\.0*)?")


@dataclass(frozen=True, slots=True)
class Accept:
    """Media ranges with a quality above zero, lower case."""

    ranges: frozenset[str]

    @classmethod
    def of(cls, headers: Headers) -> Self:
        """The `Accept` lines of a request; none at all means everything (RFC 9110, 12.5.1)."""
        lines = [line for line in headers.getlist("accept") if line.strip()]
        return cls(frozenset(_wanted(lines or ["*/*"])))

    @staticmethod
    def encodings(headers: Headers) -> frozenset[str]:
        """Content codings the client named, e.g. `gzip`."""
        return frozenset(_wanted(headers.getlist("accept-encoding")))

    def takes(self, media_type: str) -> bool:
        """Whether an answer of this type is acceptable, by name or by wildcard."""
        family = media_type.partition("/")[0]
        return not self.ranges.isdisjoint({media_type, f"{family}/*", "*/*"})

    def names(self, media_type: str) -> bool:
        """Whether the type is asked for by name: browsers name HTML, programs rarely do."""
        return media_type in self.ranges


def _wanted(lines: list[str]) -> Iterator[str]:
    for part in ",".join(lines).split(","):
        value, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if value and not any(_REFUSED.fullmatch(parameter) for parameter in parameters):
            yield value
