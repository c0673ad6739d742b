"""One way to a row: SQL and the driver live on the ground floor, and who may borrow a connection is a list."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import FLOORS, PACKAGES, files, name, tree

BORROWERS: dict[str, set[str]] = {
    "driver": {"tenancy/doors.py"},
    "reader": {"tenancy/doors.py", "tenancy/glance.py"},
    "slow": {"tenancy/doors.py"},
    "system": {
        "tenancy/clearing.py",
        "tenancy/due.py",
        "tenancy/due_reminders.py",
        "tenancy/export_queue.py",
        "tenancy/relay.py",
        "tenancy/roll.py",
        "tenancy/webhook_queue.py",
    },
    "meter": {"tenancy/buckets.py", "tenancy/shelf.py"},
    "listener": {"gateway/health.py", "gateway/clockwork.py", "tenancy/relay.py"},
}
"""Who may ask `tenancy.database.Database` for a connection, and by which name. A job that crosses tenants is
named here, with its file, before it gets one."""

SQL = re.compile(
    r"\s*(select|insert|update|delete|with|begin|set|create|alter|drop|truncate|copy|lock|call)\b.*\s", re.I
)
DRIVERS = {"asyncpg", "psycopg"}
RAW = {"sqlalchemy": {"text", "create_engine"}, "sqlalchemy.ext.asyncio": {"create_async_engine", "AsyncSession"}}
RUNS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "exec_driver_sql", "cursor"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Calls of methods, by the method's name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_no_driver_and_no_raw_sql_above_the_ground() -> None:
    found = {
        f"{name(path)}: {package} {what}"
        for path in files(*FLOORS[1:])
        for package, what in imported(path)
        if package.split(".")[0] in DRIVERS or what in RAW.get(package, ())
    }
    assert found == set()


def test_no_statement_is_written_as_a_string_above_the_ground() -> None:
    found = {
        f"{name(path)}:{call.lineno}"
        for path in files(*FLOORS[1:])
        for method, call in calls(path)
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        if method in RUNS and isinstance(argument, ast.Constant | ast.JoinedStr) and SQL.match(written(argument))
    }
    assert found == set()


def written(node: ast.expr) -> str:
    """The text of a string, of an f-string its fixed parts."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(written, node.values))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else " "


def test_only_named_files_borrow_a_connection() -> None:
    asked = {method: set[str]() for method in BORROWERS}
    for path in files(*FLOORS):
        if name(path) == "tenancy/database.py":
            continue
        for method, call in calls(path):
            if method in BORROWERS and not call.args and not call.keywords:
                asked[method].add(name(path))
    assert {method: found for method, found in asked.items() if found - BORROWERS[method]} == {}


def test_settings_of_a_viewer_are_transaction_local_everywhere() -> None:
    """A setting that outlives its transaction would meet the connection's next borrower."""
    loose = re.compile(r"set_config\([^()]*,\s*false\s*\)|\bset\s+(session\s+)?app\.", re.I)
    found = {name(path) for path in files(*PACKAGES) if loose.search(path.read_text())}
    assert found == set()
