"""The embedded PostgreSQL starts anywhere and leaves the machine alone (H-1)."""

import os
import shutil
import stat
from pathlib import Path

import asyncpg
import pytest

from tenancy.embedded import Binaries, Cluster
from tests.tenancy.embedded.owners import WHEEL, Owner, ask, ordinary_user, quickly


def test_it_is_durable_private_and_tuned(data: Path) -> None:
    with Cluster.start(data) as cluster:
        settings = {
            name: ask(cluster, f"show {name}") for name in ("fsync", "jit", "listen_addresses", "data_checksums")
        }
        assert settings == {"fsync": "on", "jit": "off", "listen_addresses": "", "data_checksums": "on"}
        assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "postgres.log").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o711, 0o700], ids=["open", "closed"])
def test_the_server_is_never_root_and_nobody_else_is_touched(open_folder: Path, mode: int) -> None:
    """As root: another account where it can enter, a user namespace of its own where it cannot."""
    (open_folder / "project").mkdir()
    (open_folder / "project").chmod(mode)
    before = Path("/etc/passwd").read_bytes(), (open_folder / "project").stat()
    with quickly(open_folder / "project" / "var") as cluster:
        process = Path(f"/proc/{cluster.pid}")
        another = process.stat().st_uid not in (0, os.geteuid())
        apart = os.readlink(process / "ns" / "user") != os.readlink("/proc/self/ns/user")
        assert (another, apart) == (os.geteuid() == 0 and mode == 0o711, os.geteuid() == 0 and mode == 0o700)
        assert os.getsid(cluster.pid or 0) != os.getsid(0), "Ctrl-C would stop the database before the server"
    after = Path("/etc/passwd").read_bytes(), (open_folder / "project").stat()
    assert (before[0], before[1].st_mode, before[1].st_uid) == (after[0], after[1].st_mode, after[1].st_uid)


def test_an_ordinary_user_starts_it(open_folder: Path) -> None:
    open_folder.chmod(0o1777)
    with Owner(open_folder / "var", ordinary_user()) as owner:
        assert "ready" in owner.said


def test_programs_that_the_account_cannot_reach_are_copied_once(open_folder: Path, data: Path) -> None:
    """A virtual environment below /root: nothing there is opened up, 37 MB are copied beside the data."""
    hidden = open_folder / "hidden" / "site-packages"
    package = WHEEL.root.parent
    hidden.mkdir(parents=True)
    shutil.copytree(package / "pginstall", hidden / package.name / "pginstall")
    shutil.copytree(package.with_name(package.name + ".libs"), hidden / (package.name + ".libs"))
    hidden.parent.chmod(0o700)
    there = Binaries(hidden / package.name / "pginstall" / "bin", WHEEL.major, WHEEL.version)
    for _ in range(2):
        with quickly(data, binaries=there) as cluster:
            assert ask(cluster, "show server_version") == WHEEL.version
    assert [path.name for path in data.glob("binaries/*")] == ([WHEEL.version] if os.geteuid() == 0 else [])
    assert stat.S_IMODE(hidden.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["long-" * 25, 'it\'s, "odd" ünd späced'])
def test_any_path_will_do(open_folder: Path, name: str) -> None:
    """A socket's path holds 107 bytes; a longer one moves to a short place."""
    with quickly(open_folder / name) as cluster:
        assert ask(cluster, "select 1") == 1
        assert len(os.fsencode(cluster.socket / ".s.PGSQL.5432")) <= 107
        elsewhere = cluster.socket.parent != (open_folder / name)
    assert elsewhere == (name.startswith("long") or "," in name)
    if elsewhere:
        cluster.socket.rmdir()


async def test_databases_are_copied_and_dropped(cluster: Cluster) -> None:
    await cluster.create_database('odd"name')
    connection = await asyncpg.connect(cluster.url("postgres", 'odd"name'))
    await connection.execute("create table here ()")
    await connection.close()
    await cluster.ensure_database('odd"name')
    await cluster.create_database("copied", 'odd"name')
    connection = await asyncpg.connect(cluster.url("postgres", "copied"))
    assert await connection.fetchval("select to_regclass('here') is not null")
    await cluster.drop_database("copied")
    await cluster.drop_database('odd"name')
    await cluster.drop_database("never was")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await connection.execute("select 1")
    connection.terminate()
