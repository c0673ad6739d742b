"""What stands above the ground names classes, not tables, and speaks through a scope, never to the wire."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import FLOORS, files, name, tree

ABOVE = FLOORS[1:]
CORE = {"__table__", "__mapper__", "local_table", "persist_selectable", "selectable"}
"""Ways from a class to its table: a table carries no boundary (see `tenancy.statements`)."""
HARMLESS = ("column.key", ".type.")
"""What may be asked of a table after all: how its columns are called, and of what type they are."""
WIRE = {"wire", "stand_as"}


def attributes(path: Path) -> Iterator[tuple[ast.stmt, ast.Attribute]]:
    """Every attribute of a file, with the statement that it stands in."""
    for statement in ast.walk(tree(path)):
        if isinstance(statement, ast.stmt) and not hasattr(statement, "body"):
            yield from ((statement, node) for node in ast.walk(statement) if isinstance(node, ast.Attribute))


def test_nobody_above_the_ground_names_a_table_instead_of_its_class() -> None:
    found = {
        f"{name(path)}:{node.lineno}"
        for path in files(*ABOVE)
        for statement, node in attributes(path)
        if node.attr in CORE and not any(word in ast.unparse(statement) for word in HARMLESS)
    }
    assert found == set()


def test_nobody_above_the_ground_speaks_to_the_wire() -> None:
    """Statements go through a scope, writes through a change; raw SQL is the ground's own."""
    found = {
        f"{name(path)}:{node.lineno}"
        for path in files(*ABOVE)
        for _, node in attributes(path)
        if node.attr in WIRE or (node.attr == "run" and ast.unparse(node.value) == "change")
    }
    assert found == set()


def test_only_the_doors_make_scopes() -> None:
    """A scope that somebody makes by hand would be one that nobody recognised a viewer for."""
    makers = {"Scope", "Change", "Wire", "Viewer"}
    found = {
        f"{name(path)}:{node.lineno}"
        for path in files(*ABOVE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers
    }
    assert found == set()
