"""A plan in words, for the log of slow operations: which fields, and how each one gets its values; no arguments."""

from collections.abc import Iterator
from typing import Final

from schema.execution.plan import Place, Shape, Source

MOST_LINES: Final = 60
_WAYS: Final = {Source.BATCHED: "one batch", Source.PLAIN: "each by itself"}


def outline(place: Place) -> list[str]:
    """One line for each field that is more than a column, with its path; columns are counted with their object."""
    found: list[str] = []
    for line in _lines(place, ""):
        if len(found) == MOST_LINES:
            return [*found, "..."]
        found.append(line)
    return found


def _lines(place: Place, path: str) -> Iterator[str]:
    for field in place.fields:
        here = f"{path}.{field.key}" if path else field.key
        below = _below(field.shape)
        if below is None and field.source not in _WAYS:
            continue
        columns = f", {len(below.read)} columns" if below else ""
        yield f"{here}: {place.object_type.name}.{field.name}, {_WAYS.get(field.source, 'comes along')}{columns}"
        if below is not None:
            yield from _lines(below, here)


def _below(shape: Shape) -> Place | None:
    """The place of the objects of a shape; None for leaves, and where there are several types."""
    while shape.inner is not None:
        shape = shape.inner
    found = getattr(shape, "place", None)
    return found if isinstance(found, Place) else None
