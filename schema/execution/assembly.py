"""From one vector per field to one object per parent.

A dict display is built in one go, twice as fast as `dict(zip(...))`, which grows the dict step by step. So there is one
function per tuple of response keys, made from syntax nodes, never from text.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

Objects = Callable[[Sequence[Sequence[Any]]], Iterator[dict[str, Any]]]


def assembled(keys: tuple[str, ...], vectors: Sequence[Sequence[Any]], count: int) -> Iterator[dict[str, Any]]:
    """`count` objects with these keys, the values taken from the vectors, which have `count` values each."""
    if count == 1:
        return iter((dict(zip(keys, chain.from_iterable(vectors), strict=True)),))
    if not keys:
        return iter([{} for _ in range(count)])
    return maker(keys)(vectors)


@lru_cache(maxsize=4096)
def maker(keys: tuple[str, ...]) -> Objects:
    """lambda vectors: ({"a": v0, "b": v1} for (v0, v1) in zip(*vectors))"""
    names = [f"v{index}" for index in range(len(keys))]
    made = ast.Dict(keys=[ast.Constant(key) for key in keys], values=[ast.Name(name, ast.Load()) for name in names])
    target = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
    vectors = ast.Starred(ast.Name("vectors", ast.Load()), ast.Load())
    rows = ast.Call(ast.Name("zip", ast.Load()), [vectors], [])
    each = ast.comprehension(target=target, iter=rows, ifs=[], is_async=0)
    parameters = ast.arguments(posonlyargs=[], args=[ast.arg("vectors")], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.Expression(ast.Lambda(parameters, ast.GeneratorExp(made, [each])))
    code = compile(ast.fix_missing_locations(function), "<objects>", "eval")
    objects: Objects = eval(code, {"zip": zip, "__builtins__": {}})
    return objects
