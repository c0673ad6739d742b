"""The build: skipped when current, whole or not at all, and the same bytes twice."""

import gzip
import hashlib
import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from gateway.console import build as building
from gateway.console.build import STAMP, BuildFailed, build, bundle, compress, fingerprint, install, is_current
from gateway.console.node import Node, NoNode, find

SILENT = Console(file=io.StringIO())
FAKE_NODE = Node(Path("/nowhere/node"), ("npm",), "v24.0.0")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A front end small enough to fake its build."""
    folder = tmp_path / "console"
    (folder / "src").mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "main.tsx").write_text("export {};")
    return folder


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replaces the slow steps; lists which of them ran."""
    ran: list[str] = []

    def fake_bundle(_: Node, source: Path, target: Path) -> None:
        ran.append("bundle")
        (target / "static").mkdir(parents=True)
        (target / "index.html").write_text("built")
        shutil.copy(source / "src" / "main.tsx", target / "static" / "main.js")

    monkeypatch.setattr(building, "find", lambda *_: FAKE_NODE)
    monkeypatch.setattr(building, "install", lambda *_: ran.append("install"))
    monkeypatch.setattr(building, "bundle", fake_bundle)
    return ran


def test_a_build_is_current_until_an_input_changes(source: Path, steps: list[str], tmp_path: Path) -> None:
    target = tmp_path / "assets"
    assert not is_current(source, target)
    build(source, target, SILENT)
    build(source, target, SILENT)
    assert is_current(source, target)
    assert steps == ["install", "bundle"]

    (source / "src" / "new.css").write_text("a {}")
    assert not is_current(source, target)


def test_packages_and_output_are_no_inputs(source: Path) -> None:
    before = fingerprint(source)
    for folder in ("node_modules", "dist"):
        (source / folder).mkdir()
        (source / folder / "file.js").touch()
    assert fingerprint(source) == before


def test_a_failed_step_leaves_the_older_console_alone(
    source: Path, steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "assets"
    build(source, target, SILENT)
    (source / "src" / "main.tsx").write_text("broken(")

    def broken(*_: object) -> None:
        raise BuildFailed("no")

    monkeypatch.setattr(building, "bundle", broken)
    with pytest.raises(BuildFailed):
        build(source, target, SILENT)
    assert (target / "index.html").read_text() == "built"
    assert not is_current(source, target)


def test_a_failing_program_is_quoted(source: Path) -> None:
    npm = source / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n")
    npm.chmod(0o755)
    with pytest.raises(BuildFailed, match="npm error network"):
        install(Node(Path("/nowhere/node"), (str(npm),), "v24.0.0"), source)


def test_when_it_cannot_be_built_the_exit_code_says_so(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(*_: object) -> Node:
        raise NoNode("There is no Node.js.")

    monkeypatch.setattr(building, "SOURCE", source)
    monkeypatch.setattr(building, "ASSETS", tmp_path / "assets")
    monkeypatch.setattr(building, "find", nothing)
    assert building.main() == 1
    told = capsys.readouterr().err
    assert "There is no Node.js." in told
    assert "The server runs without it" in told


def test_without_the_source_the_shipped_console_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(building, "SOURCE", tmp_path / "missing")
    monkeypatch.setattr(building, "ASSETS", tmp_path)
    assert building.main() == 1
    (tmp_path / "index.html").touch()
    assert building.main() == 0
    assert "nothing to build" in capsys.readouterr().err


def test_compression_carries_no_time(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_bytes(b"x" * 5000)
    compress(tmp_path)
    packed = (tmp_path / "static" / "a.js.gz").read_bytes()
    assert packed[4:8] == bytes(4)
    assert gzip.decompress(packed) == b"x" * 5000


def test_the_same_inputs_give_the_same_bytes(built_console: Path, tmp_path: Path) -> None:
    node = find(building.SOURCE / "node-requirements.txt", print)
    install(node, building.SOURCE)
    again = tmp_path / "again"
    bundle(node, building.SOURCE, again)
    compress(again)
    (again / STAMP).write_text(fingerprint(building.SOURCE))
    assert digests(again) == digests(built_console)


def test_nothing_in_the_page_comes_from_outside(built_console: Path) -> None:
    page = (built_console / "index.html").read_text()
    assert "http:" not in page
    assert "https:" not in page
    assert "<script>" not in page
    assert "style=" not in page


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
