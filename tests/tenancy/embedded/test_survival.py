"""What happens to processes does not happen to the data; two processes share one server or are told (H-1)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tenancy.embedded import CannotStart, Cluster
from tenancy.embedded.server import syncing
from tests.tenancy.embedded.owners import OWNER, WHEEL, Owner, ask, quickly, until


def test_data_survives_a_restart(data: Path) -> None:
    with quickly(data) as cluster:
        ask(cluster, "create table kept (a int)", "insert into kept values (7)", "select 1")
    with quickly(data) as cluster:
        assert ask(cluster, "select a from kept") == 7


def test_data_survives_the_kill_of_the_server(data: Path) -> None:
    with Cluster.start(data) as cluster:
        ask(cluster, "create table kept (a int)", "insert into kept values (7)", "select 1")
        os.kill(cluster.pid or 0, signal.SIGKILL)
        assert until(lambda: cluster.pid is None)
    assert (cluster.home / "postmaster.pid").exists()
    with Cluster.start(data) as cluster:
        assert ask(cluster, "select a from kept") == 7


@pytest.mark.parametrize(
    ("system", "release", "method"),
    [
        ("linux", "6.18.44-generic", "syncfs"),
        ("linux", "5.8.0", "syncfs"),
        ("linux", "5.7.19", None),
        ("linux", "?", None),
        ("darwin", "23.1.0", None),
    ],
)
def test_f02_recovery_writes_all_files_at_once_where_the_kernel_tells_of_errors(
    system: str, release: str, method: str | None
) -> None:
    assert syncing(system, release).get("recovery_init_sync_method") == method


def test_the_server_ends_with_its_killed_parent_and_keeps_the_data(data: Path) -> None:
    with Owner(data) as owner:
        attached = quickly(data, attach=True)
        ask(attached, "create table kept (a int)", "insert into kept values (7)", "select 1")
        owner.kill()
        assert until(lambda: attached.pid is None)
    with quickly(data) as cluster:
        assert ask(cluster, "select a from kept") == 7


def test_a_start_right_after_the_parents_death_waits_for_the_old_server(data: Path) -> None:
    with Owner(data) as owner:
        owner.kill()
        with quickly(data) as cluster:
            assert ask(cluster, "select 1") == 1


def test_a_stale_pid_that_means_another_process_now_is_no_obstacle(data: Path) -> None:
    with quickly(data) as cluster:
        alive = (cluster.home / "postmaster.pid").read_text().splitlines()
    alive[0] = str(os.getpid())
    (cluster.home / "postmaster.pid").write_text("\n".join(alive))
    with quickly(data) as cluster:
        assert ask(cluster, "select 1") == 1


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    draft = data / f"pg{WHEEL.major}.tmp"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("half")
    with quickly(data) as cluster:
        assert ask(cluster, "select 1") == 1
    assert not draft.exists()


def test_a_second_process_attaches_and_does_not_stop_it(data: Path) -> None:
    with quickly(data) as cluster:
        with quickly(data, attach=True) as attached:
            assert (cluster.owned, attached.owned) == (True, False)
            assert attached.url("a", "b") == cluster.url("a", "b")
        assert ask(cluster, "select 1") == 1


def test_a_second_owner_is_refused_in_plain_words(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenancy.embedded.cluster._BRIEF", 0.1)
    with quickly(data), pytest.raises(CannotStart, match=r"Another process runs the database in .*GATEWAY_DATA"):
        quickly(data)


def test_a_command_that_asks_while_the_owner_starts_gets_the_server(data: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", OWNER, data], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        assert until((data / "lock").exists)
        assert ask(quickly(data, attach=True), "select 1") == 1
    finally:
        process.communicate(b"stop")
