"""A clone works anywhere: no file knows a machine, and what is installed is known by its hash."""

import json
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, name, tracked

MACHINE = re.compile(rb"/work/\w+|/root/[.\w]|/home/\w+/|/opt/\w+/|\.pyenv/")
REGISTRY = re.compile(rb"(files\.pythonhosted|pypi\.org/simple|--(extra-)?index-url|--find-links)")
HASH = re.compile(r"^[\w.\[\]-]+==[^\n]*\\\n(\s+--hash=sha256:[0-9a-f]{64})", re.M)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-clients.lock")


def readable() -> list[tuple[str, bytes]]:
    here = Path(__file__)
    return [(name(path), path.read_bytes()) for path in tracked() if path != here]


def test_no_file_knows_this_machine() -> None:
    assert [path for path, content in readable() if MACHINE.search(content)] == []


def test_no_file_chooses_where_packages_come_from() -> None:
    assert [path for path, content in readable() if REGISTRY.search(content)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_known_by_its_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[\w.\[\]-]+==", text, re.M)
    assert pinned
    assert len(pinned) == len(HASH.findall(text))


def test_tests_run_on_what_is_served() -> None:
    """The development lock pins exactly the runtime's versions, and more, which servers are spared."""
    runtime, development = (
        set(re.findall(r"^([\w.\[\]-]+==\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2]
    )
    assert runtime < development


def test_every_package_of_node_is_known_by_its_hash() -> None:
    locks = [(path, json.loads(content)) for path, content in readable() if path.endswith("package-lock.json")]
    packages = [(path, name, package) for path, lock in locks for name, package in lock["packages"].items() if name]
    assert packages
    assert [f"{path} {name}" for path, name, package in packages if "integrity" not in package] == []
