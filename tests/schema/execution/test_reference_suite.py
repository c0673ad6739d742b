"""graphql-core's own tests of execution and validation, run with our executor and our walk in the place of its own.

Its source distribution carries them; it is fetched into pytest's cache the first time and never committed.
"""

import json
import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.schema.execution.reference_exceptions import EXCEPTIONS

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SUITES = ("tests/execution", "tests/validation")
REFERENCE = f"graphql-core=={version('graphql-core')}"


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Path:
    """The unpacked source distribution of the installed graphql-core."""
    folder = Path(request.config.cache.mkdir("reference-suite")) if request.config.cache else HERE
    found = _unpacked(folder)
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "graphql-core", REFERENCE]
        subprocess.run([*command, "--dest", str(folder)], check=True, capture_output=True)
        with tarfile.open(next(folder.glob("graphql_core-*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        found = _unpacked(folder)
    return found[0]


def _unpacked(folder: Path) -> list[Path]:
    return [each for each in folder.glob(f"graphql_core-{version('graphql-core')}") if each.is_dir()]


@pytest.fixture(scope="module")
def outcomes(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each test of the suite came to, and how often graphql-core executed."""
    result = tmp_path_factory.mktemp("reference") / "outcomes.json"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
        "PYTHONPATH": os.pathsep.join((str(HERE), str(ROOT))),
        "REFERENCE_OUTCOMES": str(result),
    }
    command = [sys.executable, "-m", "pytest", *SUITES, "-p", "reference_plugin", "-q"]
    quiet = ["-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--timeout", "30"]
    subprocess.run([*command, *quiet], cwd=reference, env=environment, capture_output=True, timeout=280)
    loaded: dict[str, Any] = json.loads(result.read_text())
    return loaded


@pytest.mark.timeout(300)
def test_only_the_listed_tests_of_the_reference_suite_fail(outcomes: dict[str, Any]) -> None:
    assert len(outcomes["outcomes"]) > 700
    failed = {test for test, outcome in outcomes["outcomes"].items() if outcome == "failed"}
    assert failed - EXCEPTIONS.keys() == set()


@pytest.mark.timeout(300)
def test_the_list_of_exceptions_only_shrinks(outcomes: dict[str, Any]) -> None:
    """An exception that passes is struck off the list; there were 17 when the list was made."""
    passed = {test for test, outcome in outcomes["outcomes"].items() if outcome == "passed"}
    assert passed & EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() <= outcomes["outcomes"].keys()
    assert len(EXCEPTIONS) <= 17


@pytest.mark.timeout(300)
def test_graphql_core_executes_only_what_we_do_not_claim(outcomes: dict[str, Any]) -> None:
    """Incremental delivery, abort signals, middleware, introspection and experiments; nothing else."""
    expected = (
        "@defer",
        "@stream",
        "An abort signal.",
        "Middleware.",
        "Introspection.",
        "Fragments with variables.",
        "Errors that do not propagate.",
        "Its own idea of what is awaitable.",
        "Nested too deeply.",
        "No such root type.",
    )
    assert set(outcomes["fallbacks"]) <= set(expected)
