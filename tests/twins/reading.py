"""Both twins are asked the same document; it is parsed and validated once for the two.

Neither looks at a row. What a gateway remembers of a document (plans, prices, whether it is brief) stays
each twin's own.
"""

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from graphql import DocumentNode

from schema.execution import engine
from schema.execution.validation import check_valid


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Inside, a document is parsed and validated for the first who asks."""
    parsed = lru_cache(32)(engine._parsed)
    good: list[DocumentNode] = []

    def check_once(schema: Any, node: DocumentNode, **how: Any) -> None:
        if not any(node is each for each in good):
            check_valid(schema, node, **how)
            good[:] = [*good[-7:], node]

    with patch.object(engine, "_parsed", parsed), patch.object(engine, "check_valid", check_once):
        yield
