"""Floors, not a web: imports go down, and inside a floor the files form no circle."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.source import FLOORS, PACKAGES, files, functions, imports, module, name


def floor(dotted: str) -> str:
    return dotted.split(".")[0]


def climbing(package: str, above: set[str]) -> dict[str, set[str]]:
    """The files of a package that import from `above`, and what."""
    found = {name(path): {m for m in imports(path) if floor(m) in above} for path in files(package)}
    return {path: modules for path, modules in found.items() if modules}


@pytest.mark.parametrize("height", range(len(FLOORS)), ids=FLOORS)
def test_imports_go_down(height: int) -> None:
    above = {*FLOORS[height + 1 :], "tests", "benchmarks"} | ({"migrations"} if FLOORS[height] != "gateway" else set())
    upward = {
        name(path): found
        for path in files(FLOORS[height])
        if (found := {m for m in imports(path) if floor(m) in above})
    }
    assert upward == {}


def test_migrations_stand_on_the_ground_only() -> None:
    assert climbing("migrations", {*FLOORS[1:], "tests", "benchmarks"}) == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_circle_inside_a_floor(package: str) -> None:
    graph = {
        module(path): {m for m in imports(path, at_run_time=True) if floor(m) == package} - {module(path)}
        for path in files(package)
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_no_import_hides_in_a_function() -> None:
    """Except that the command line loads what a command needs when it runs: `gateway --help` must be quick; and that
    the parent of several processes does not load what only they need: they must be there soon after a kill."""
    hidden = {
        f"{name(path)}:{node.lineno}"
        for path in files(*PACKAGES, "tests", "benchmarks")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    quick = ("gateway/cli", "gateway/process.py", "gateway/worker.py")
    assert {place for place in hidden if not place.startswith(quick)} == set()
