"""The examples for running it fit the program: names of settings, options of commands, parameters of connections."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.crew import FAREWELL_SECONDS
from gateway.ground import REFUSED
from gateway.settings import Settings
from tenancy import database, logins

HERE = Path(__file__).parents[2] / "examples" / "deploy"
BAD_SETTINGS = 2
POOLER_KNOWS = {"application_name", "timezone"}
"""What PgBouncer keeps for each client by itself."""


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (HERE / "gateway.service").read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_environment_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (HERE / "environment.example").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert not settings.demo
    assert settings.issuers
    assert settings.own_ports == [9101]


def test_the_unit_and_the_container_run_commands_that_there_are() -> None:
    container = re.search(r"^CMD (\[.*\])$", (HERE / "Containerfile").read_text(), re.M)
    assert container is not None
    commands = [shlex.split(unit()["ExecStart"][0])[1:]]
    commands.append(re.findall(r'"([^"]+)"', container[1])[1:])
    for command, *options in commands:
        told = CliRunner().invoke(app, [command, "--help"], terminal_width=200)
        assert told.exit_code == 0
        assert all(option in told.output for option in options if option.startswith("--"))


def test_the_unit_waits_for_a_farewell_and_does_not_try_an_unsafe_database_again() -> None:
    assert int(unit()["TimeoutStopSec"][0]) > FAREWELL_SECONDS
    assert unit()["RestartPreventExitStatus"] == [f"{BAD_SETTINGS} {REFUSED}"]
    assert unit()["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_the_unit_outlives_a_database_or_a_provider_that_is_away() -> None:
    """F-03: what is looked at before each start, or given up after a few of them, stays down when the rest is back"""
    assert unit()["Restart"] == ["on-failure"]
    assert unit()["StartLimitIntervalSec"] == ["0"]
    assert "ExecStartPre" not in unit()
    assert CliRunner().invoke(app, ["serve"], env={"GATEWAY_NONSENSE": "1"}).exit_code == BAD_SETTINGS


def test_the_pooler_lets_every_parameter_of_a_connection_pass() -> None:
    settings = configparser.ConfigParser()
    settings.read(HERE / "pgbouncer.ini")
    passing = set(settings["pgbouncer"]["ignore_startup_parameters"].split(","))
    sent = {*logins._CONNECT["server_settings"], *database._GENERIC, *database._UNHURRIED}
    assert sent - POOLER_KNOWS == passing
    assert settings["pgbouncer"]["pool_mode"] == "session"
