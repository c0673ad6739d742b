"""`gateway check`: each fault of a configuration is named, with what to do next; a good one has none."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway.checkup import exit_code, look
from gateway.finding import Finding
from gateway.ground import Addresses
from tenancy.embedded import Cluster
from tests.gateway.test_process import addresses, free_port
from tests.ground import Address
from tests.world import settings_for

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-secret"
GOOD: dict[str, Any] = {"demo": True, "secret": SECRET, "exports": "/tmp"}


async def findings(address: Address, folder: Path, to: Addresses | None = None, **more: Any) -> dict[str, Finding]:
    settings = settings_for(address, folder, **{**GOOD, "port": free_port(), **more})
    found = await look(settings, to or addresses(address))
    return {each.about: each for each in found}


async def test_a_good_configuration_has_no_error(world_database: Address, tmp_path: Path) -> None:
    found = await findings(world_database, tmp_path)
    # The tests' cluster forgets on purpose, and is told so.
    assert [(each.level, each.about) for each in found.values()] == [("warning", "database")]
    assert "fsync" in found["database"].told
    assert exit_code(list(found.values())) == 0
    assert exit_code(list(found.values()), strict=True) == 1


ISSUER: dict[str, Any] = {
    "issuer": "https://login.example.org/{tenantid}/v2.0",
    "audience": "api",
    "clients": ["console"],
    "jwks_url": "http://127.0.0.1:1/keys",
}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "plain http outside": ({"public_url": "http://gateway.example"}, "GATEWAY_PUBLIC_URL"),
    "any host": ({"allowed_hosts": ["*"]}, "GATEWAY_ALLOWED_HOSTS"),
    "our own host is missing": ({"allowed_hosts": ["other.example"]}, "GATEWAY_ALLOWED_HOSTS"),
    "an origin with a path": ({"allowed_origins": ["https://a.example/x"]}, "GATEWAY_ALLOWED_ORIGINS"),
    "a secret that was typed": ({"secret": "a" * 40}, "GATEWAY_SECRET"),
    "a folder nobody can make": ({"exports": f"{__file__}/exports"}, "GATEWAY_EXPORTS"),
    "only trusted documents, and none": ({"documents_mode": "enforce"}, "GATEWAY_DOCUMENTS"),
    "manifests that are not there": ({"documents": "/nowhere"}, "GATEWAY_DOCUMENTS"),
    "nobody can come in": ({"demo": False}, "GATEWAY_ISSUERS"),
    "a provider that is away": ({"demo": False, "issuers": [ISSUER]}, ISSUER["issuer"]),
    "the console shares the API's id": (
        {"demo": False, "issuers": [ISSUER], "sign_in_client": "api"},
        "GATEWAY_SIGN_IN_CLIENT",
    ),
    "sign-in without a client": ({"sign_in_discovery": "http://127.0.0.1:1/x"}, "GATEWAY_SIGN_IN_CLIENT"),
    "sign-in that cannot be read": ({"sign_in_discovery": "http://127.0.0.1:1/x"}, "GATEWAY_SIGN_IN_DISCOVERY"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_error_names_what_it_is_about(world_database: Address, tmp_path: Path, fault: str) -> None:
    more, about = FAULTS[fault]
    found = await findings(world_database, tmp_path, **more)
    assert found[about].level == "error"
    assert found[about].advice
    assert exit_code(list(found.values())) == 2


async def test_what_only_surprises_later_is_a_warning(world_database: Address, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = await findings(
            world_database, tmp_path, secret="", exports="", port=taken.getsockname()[1], workers=20, pool_size=50
        )
    assert {each.level for each in found.values()} == {"warning"}
    assert {"GATEWAY_SECRET", "GATEWAY_EXPORTS", "GATEWAY_PORT", "max_connections"} <= set(found)


async def test_addresses_are_those_of_the_right_roles_and_of_one_database(
    world_database: Address, fresh_database: Address, tmp_path: Path
) -> None:
    swapped = Addresses(world_database.system, world_database.app, world_database.app)
    found = await findings(world_database, tmp_path, swapped)
    assert "It must be gw_app." in found["GATEWAY_DATABASE_URL"].advice
    assert "It must be gw_system." in found["GATEWAY_SYSTEM_URL"].advice
    assert "gw_owner" in found["GATEWAY_OWNER_URL"].told
    two = Addresses(world_database.app, fresh_database.system, "")
    assert "several databases" in (await findings(world_database, tmp_path, two))["addresses"].told


async def test_a_replica_must_be_one_and_may_be_away(world_database: Address, tmp_path: Path) -> None:
    found = await findings(world_database, tmp_path, replica_url=world_database.app)
    assert found["GATEWAY_REPLICA_URL"].level == "error"
    assert "no standby" in found["GATEWAY_REPLICA_URL"].told
    found = await findings(world_database, tmp_path, replica_url="postgresql://gw_app@127.0.0.1:1/support")
    assert found["GATEWAY_REPLICA_URL"].level == "warning"


async def test_a_database_that_is_away_is_told_without_its_password(world_database: Address, tmp_path: Path) -> None:
    away = "postgresql://gw_app:hush-hush@127.0.0.1:1/support"
    found = await findings(world_database, tmp_path, Addresses(away, away, ""))
    assert "leads nowhere" in found["GATEWAY_DATABASE_URL"].told
    assert "hush" not in str(found)


@pytest.mark.lock("policies")
async def test_isolation_that_is_not_proved_has_a_code_of_its_own(fresh_database: Address, tmp_path: Path) -> None:
    """T-13"""
    connection = await asyncpg.connect(fresh_database.owner)
    await connection.execute("alter table app.incident no force row level security")
    await connection.close()
    found = await findings(fresh_database, tmp_path)
    assert "incident" in found["isolation"].told
    assert exit_code(list(found.values())) == 3


def test_the_command_says_it_in_words_and_as_json(world_database: Address, tmp_path: Path) -> None:
    settings = {
        "GATEWAY_DATABASE_URL": world_database.app,
        "GATEWAY_SYSTEM_URL": world_database.system,
        "GATEWAY_DEMO": "true",
        "GATEWAY_DATA": str(tmp_path),
        "GATEWAY_PORT": str(free_port()),
        "GATEWAY_SECRET": "a" * 40,
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")} | settings
    said, told = (
        subprocess.run(
            [sys.executable, "-m", "gateway", "check", *more], env=clean, capture_output=True, text=True, timeout=100
        )
        for more in ([], ["--json"])
    )
    assert (said.returncode, told.returncode) == (2, 2)
    assert "error    GATEWAY_SECRET: can be guessed\n" in said.stdout
    assert "1 errors, " in said.stdout
    assert {each["about"] for each in json.loads(told.stdout)} >= {"GATEWAY_SECRET"}


def test_before_the_first_start_the_database_is_still_to_be_made_and_that_is_no_error(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    clean |= {"GATEWAY_DATA": str(tmp_path / "fresh"), "GATEWAY_DEMO": "true", "GATEWAY_PORT": str(free_port())}
    command = [sys.executable, "-m", "gateway", "check", "--strict"]
    said = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=100)
    assert (said.returncode, said.stderr) == (0, "")
    assert "note     database: is still empty\n" in said.stdout
    assert "Everything is in order." in said.stdout


async def test_an_owner_makes_the_schema_at_start_and_needs_roles_that_can_log_in(
    cluster: Cluster, worker_id: str, tmp_path: Path
) -> None:
    name = f"unmade_{worker_id}"
    await cluster.create_database(name)
    try:
        empty = Address(cluster, name)
        found = await findings(empty, tmp_path, Addresses(empty.app, empty.system, empty.owner))
        assert {about: each.level for about, each in found.items()} == {"database": "note"}
        away = empty.app.replace("gw_app", "gw_nobody")
        found = await findings(empty, tmp_path, Addresses(away, empty.system, empty.owner))
        assert found["GATEWAY_DATABASE_URL"].level == "error"
    finally:
        await cluster.drop_database(name)
