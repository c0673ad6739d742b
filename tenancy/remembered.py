"""Memory for functions, with the types kept."""

from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """`functools.cache` with the function's own signature; the type checker takes classes for unhashable."""
    kept: Any = cache(cast(Any, function))
    return cast(Callable[P, R], kept)
