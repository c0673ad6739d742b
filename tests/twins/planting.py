"""Planting a fault for a while: the product as it would be with one mistake, and as it was afterwards."""

import contextlib
import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from typing import Any
from unittest.mock import patch

from tenancy import recognition, statements
from tenancy.boundaries import BOUNDARIES, floor
from tenancy.doors import Doors
from tenancy.statements import Statement
from tenancy.tables import Table
from tenancy.viewer import Viewer
from tests.tenancy.connections import Connection
from tests.twins.contract import Aim

Plant = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Fault:
    """One mistake. `people`: who may notice, in this order. `near`: what questions are led to. `policies`: whether
    row-level security stands beside it; where it alone would hold, the mistake is looked at without it. `prepare`: a
    mistake in the database, made before the twins part. `writes`: whether only commands show it."""

    name: str
    plant: Plant = contextlib.nullcontext
    people: tuple[str, ...] = ("ann", "maya")
    near: Aim = field(default_factory=Aim)
    policies: bool = True
    prepare: Callable[[Connection], Any] | None = None
    writes: bool = False
    turns: int = field(default=120, compare=False)

    @property
    def alone(self) -> bool:
        """Whether it needs twins of its own."""
        return self.writes or self.prepare is not None


@contextlib.contextmanager
def recompiled() -> Iterator[None]:
    """Statements are compiled anew inside and afterwards: they hold the boundaries of when they were compiled."""
    _forget()
    try:
        yield
    finally:
        _forget()


def _forget() -> None:
    gc.unfreeze()  # what is frozen is not among the objects that are looked through
    statements._criteria.cache_clear()  # type: ignore[attr-defined]  # a cache underneath
    floor._holding.cache_clear()  # type: ignore[attr-defined]  # a cache underneath
    recognition._chosen.cache_clear()
    for each in gc.get_objects():
        if type(each) is Statement:
            each._texts.clear()
        elif type(each) is Viewer:
            _forget_what_follows(each)
        elif type(each) is Doors:
            each._foreseen.clear()
            each._remembered.clear()


def _forget_what_follows(viewer: Viewer) -> None:
    """Viewers are kept with what follows from their grants, which the product at fault would see otherwise."""
    viewer.derived.clear()
    for name in set(vars(viewer)) - {each.name for each in fields(viewer)}:
        del vars(viewer)[name]


@contextlib.contextmanager
def _bounded(changed: dict[type[Table], Callable[[Any], Any]]) -> Iterator[None]:
    with patch.dict(BOUNDARIES, changed), recompiled():
        yield


def bounded(*tables: type[Table], by: Callable[[Any], Any] = floor.of_tenant) -> Plant:
    """These tables have another boundary: by default nothing but the tenant is left of theirs."""
    return lambda: _bounded(dict.fromkeys(tables, by))


def replaced(place: Any, name: str, value: Any) -> Plant:
    """Something else stands in a module or a class, and what was compiled with it is forgotten."""

    @contextlib.contextmanager
    def plant() -> Iterator[None]:
        with patch.object(place, name, value), recompiled():
            yield

    return plant


def instead_of(place: Any, name: str) -> Callable[[Callable[..., Any]], Plant]:
    """The plant of a function that stands where another one stood; it is given that one first, and may ask it."""

    def plant_of(mistaken: Callable[..., Any]) -> Plant:
        def plant() -> AbstractContextManager[Any]:
            right = getattr(place, name)
            return patch.object(place, name, lambda *given, **named: mistaken(right, *given, **named))

        return plant

    return plant_of
