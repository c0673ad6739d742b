"""The project's own source, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("tenancy", "resolvers", "schema", "gateway")
"""From the ground up."""
PACKAGES = (*FLOORS, "migrations")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that a clone would have."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def files(*packages: str) -> list[Path]:
    """Python files below these packages."""
    found = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "node_modules" not in path.parts)


def everything() -> list[Path]:
    return files(*PACKAGES, "tests", "benchmarks")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, at_run_time: bool = False) -> set[str]:
    """The modules that a file imports, wherever in it; of `from a import b` both a.b, if it is a module, or a.

    `at_run_time` leaves out what only the type checker sees: types of a graph point at each other.
    """
    unseen = set(_unseen(path)) if at_run_time else set()
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node not in unseen:
            found |= set(_from(node, path))
    return found


def _unseen(path: Path) -> Iterator[ast.AST]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from (below for statement in node.body for below in ast.walk(statement))


def _from(node: ast.ImportFrom, path: Path) -> Iterator[str]:
    package = node.module or ""
    if node.level:
        inside = module(path).split(".") + (["x"] if path.name == "__init__.py" else [])
        package = ".".join([*inside[: -node.level], *filter(None, [node.module])])
    for alias in node.names:
        below = f"{package}.{alias.name}"
        yield below if _is_module(below) else package


@cache
def _is_module(dotted: str) -> bool:
    place = ROOT.joinpath(*dotted.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()
