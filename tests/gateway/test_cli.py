"""The command line, as far as it answers without a server."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway import ground, process
from gateway.cli import app
from gateway.demo.people import people
from gateway.demo.provider import DemoProvider
from gateway.identity import Verifier
from gateway.settings import Settings, table
from migrations.run import head
from schema.contract import sdl
from tenancy import importing
from tenancy.embedded import CannotStart
from tenancy.importing import Counts, FileReport, Problem, Report
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address

COMMANDS = ["serve", "migrate", "people", "token", "import", "export", "schema", "settings"]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment of this test alone."""
    for name, _, _ in table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path))


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
    assert run("import", str(good)).output == f"{good}  1 lines  1 new  0 changed  0 as they were\n"
    assert run("import", str(good)).output == f"{good}  1 lines  0 new  0 changed  1 as they were\n"
    told, problem = run("import", str(bad), code=1).output.splitlines()
    assert told == f"{bad}  1 lines  nothing loaded"
    assert problem.startswith(f"{bad}:1: tenant.kind: must be one of ")


def test_what_was_imported_is_exported_again(on: Address, tmp_path: Path) -> None:
    tenant = {"table": "tenant", "id": "6f1c2b0e-5d0a-4c55-9d3e-0d5a7c1e2f40", "kind": "CUSTOMER", "name": "Litware"}
    given, taken = tmp_path / "given.ndjson", tmp_path / "taken.ndjson"
    given.write_text(json.dumps(tenant) + "\n")
    run("import", str(given))
    run("export", "tenant", "--output", str(taken))
    assert json.loads(taken.read_text()).items() >= tenant.items()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given.ndjson", "taken.ndjson"]
    assert "What can be exported" in run("export", "passwords", code=2).output


def _reported(name: str, lines: int, counts: Counts, *problems: Problem) -> FileReport:
    return FileReport(name, lines, 1.0, {"customer": counts}, problems)


def test_an_import_is_told_as_its_document_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """docs/import.md"""
    shown = (Path(__file__).parents[2] / "docs" / "import.md").read_text()
    reports = [
        _reported("customers.ndjson", 1204, Counts(inserted=1204)),
        _reported("license_activity.csv", 412_310, Counts(inserted=3990, unchanged=408_320)),
    ]
    command, _, rest = shown.partition("```console\n")[2].partition("\n")
    assert _told(monkeypatch, tmp_path, reports) == rest.partition("```")[0]
    assert command == "$ gateway import customers.ndjson license_activity.csv"


def _told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reports: list[FileReport]) -> str:
    async def imported(*_: Any, **__: Any) -> Report:
        return Report(tuple(reports))

    @contextmanager
    def nowhere(*_: Any, **__: Any) -> Iterator[Any]:
        yield SimpleNamespace(system="")

    monkeypatch.setattr(ground, "addresses", nowhere)
    monkeypatch.setattr(importing, "import_files", imported)
    file = tmp_path / "any.ndjson"
    file.touch()
    return run("import", str(file)).output


def test_lines_for_programs_are_whole() -> None:
    assert [tuple(line.split("\t")) for line in run("settings").output.splitlines()] == table()
    told = [line.split("\t") for line in run("people").output.splitlines()]
    assert [line[0] for line in told] == [person.key for person in people()]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("command", ["people", "settings"])
def test_on_a_terminal_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch, command: str, width: int) -> None:
    """What is there to be copied stands in one piece, and the rest is folded."""
    monkeypatch.setattr("gateway.cli.out._force_terminal", True)
    monkeypatch.setattr("gateway.cli.out.width", width)
    told = run(command).output
    names = [person.key for person in people()] if command == "people" else [name for name, _, _ in table()]
    assert [name for name in names if name not in told] == []
    assert "\u2026" not in told


def test_serving_ends_with_the_process_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """F-20, T-13"""
    monkeypatch.setattr(process, "serve", lambda _: ground.REFUSED)
    run("serve", code=3)


def test_a_database_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Settings) -> int:
        raise CannotStart("Another process runs the database.")

    monkeypatch.setattr(process, "serve", fails)
    assert "Another process runs the database." in run("serve", code=2).output
