"""The command line, as far as it answers without a server."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway import process
from gateway.cli import app
from gateway.demo.people import people
from gateway.demo.provider import DemoProvider
from gateway.identity import Verifier
from gateway.settings import Settings, table
from migrations.run import head
from schema.contract import sdl
from tenancy.embedded import CannotStart
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address

COMMANDS = ["serve", "migrate", "people", "token", "import", "schema", "settings"]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment of this test alone; wide, so that no table wraps its words."""
    for name, _, _ in table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path))
    monkeypatch.setattr("gateway.cli.out.width", 400)


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, fresh_database: Address) -> Address:
    """The settings name this database."""
    monkeypatch.setenv("GATEWAY_DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("GATEWAY_SYSTEM_URL", fresh_database.system)
    return fresh_database


def test_help_names_every_command() -> None:
    told = run("--help").output
    assert [command for command in COMMANDS if command not in told] == []


def test_the_contract_is_printed() -> None:
    assert run("schema").output == sdl()


def test_every_setting_is_printed() -> None:
    told = run("settings").output
    assert [name for name, _, _ in table() if name not in told] == []


def test_people_are_listed() -> None:
    told = run("people").output
    assert "Maya Moreno" in told
    assert "contoso/W1: MEMBER, WORKSPACE_ADMIN" in told


def test_people_are_listed_for_programs() -> None:
    """House 6"""
    listed: list[dict[str, Any]] = json.loads(run("people", "--json").output)
    assert [each["person"] for each in listed] == [person.key for person in people()]
    assert set(listed[0]) == {"name", "person", "account_type", "tenant", "roles"}


def test_a_token_is_one_that_the_server_takes(tmp_path: Path) -> None:
    lay_keys(tmp_path)
    token = run("token", "maya", "--minutes", "5").output.strip()
    settings = Settings.load()
    provider = DemoProvider(people(), public_url=settings.public_url, data=tmp_path, demo_mode=True)
    verifier = Verifier([provider.issuer], {provider.issuer.issuer: provider.key_source})
    identity = asyncio.run(_verified(verifier, token))
    assert identity.display_name == "Maya Moreno"


async def _verified(verifier: Verifier, token: str) -> Any:
    async with verifier.running():
        return await verifier.verify([f"Bearer {token}".encode()])


def test_a_token_of_nobody_is_an_error() -> None:
    assert "There is no 'nobody'" in run("token", "nobody", code=2).output


@pytest.mark.parametrize("minutes", ["0", "1441", "x"])
def test_a_token_lives_a_minute_at_least_and_a_day_at_most(minutes: str) -> None:
    run("token", "maya", "--minutes", minutes, code=2)


@pytest.mark.parametrize("command", [["people"], ["token", "maya"]])
def test_without_the_demo_nobody_is_handed_out(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("GATEWAY_DEMO", "false")
    assert "demo identity provider" in run(*command, code=2).output


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["people"], ["token", "maya"]])
def test_settings_that_are_not_understood_stop_every_command(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("GATEWAY_PROT", "8000")
    assert "GATEWAY_PROT is not known; the nearest is GATEWAY_PORT" in run(*command, code=2).output


def test_migrating_needs_an_owner(on: Address) -> None:
    assert "GATEWAY_OWNER_URL is not set" in run("migrate", code=2).output


def test_migrating_tells_where_the_database_is(monkeypatch: pytest.MonkeyPatch, on: Address) -> None:
    monkeypatch.setenv("GATEWAY_OWNER_URL", on.owner)
    assert f"at revision {head()}" in run("migrate").output


def test_a_file_is_imported_or_not_at_all(on: Address, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.ndjson"
    tenant = {"table": "tenant", "id": "6f1c2b0e-5d0a-4c55-9d3e-0d5a7c1e2f40", "kind": "CUSTOMER", "name": "Litware"}
    good.write_text(json.dumps(tenant) + "\n")
    bad.write_text(json.dumps({**tenant, "kind": "NONSENSE"}) + "\n")
    assert "loaded, 1 lines" in run("import", str(good)).output
    told = run("import", str(bad), code=1).output
    assert "nothing loaded" in told
    assert "kind" in told


def test_serving_ends_with_the_process_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """F-20, T-13"""
    monkeypatch.setattr(process, "serve", lambda _: process.REFUSED)
    run("serve", code=3)


def test_a_database_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Settings) -> int:
        raise CannotStart("Another process runs the database.")

    monkeypatch.setattr(process, "serve", fails)
    assert "Another process runs the database." in run("serve", code=2).output
