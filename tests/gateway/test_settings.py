"""Settings: nothing is needed to start, nothing is misunderstood in silence."""

import json
import stat
from pathlib import Path

import pytest

from gateway.settings import BadSettings, Settings, table

EXAMPLE = "https://login.microsoftonline.com/{tenantid}/v2.0"
ISSUER = {"issuer": EXAMPLE, "audience": "api", "clients": ["console"]}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in table():
        monkeypatch.delenv(name, raising=False)


def test_an_empty_environment_is_a_demo_on_this_machine() -> None:
    settings = Settings.load()
    assert (settings.embedded, settings.demo, settings.host, settings.port) == (True, True, "127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert "localhost" in settings.allowed_hosts


def test_a_real_database_means_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://gw_app@db/gateway")
    monkeypatch.setenv("GATEWAY_SYSTEM_URL", "postgresql://gw_system@db/gateway")
    settings = Settings.load()
    assert (settings.embedded, settings.demo) == (False, False)


def test_the_public_address_decides_which_hosts_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PUBLIC_URL", "https://api.example.org")
    assert Settings.load().allowed_hosts == ("api.example.org", "127.0.0.1", "::1", "localhost")


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("GATEWAY_PROT", "1", "GATEWAY_PROT is not known; the nearest is GATEWAY_PORT"),
        ("gateway_cost_limits", "1", "the nearest is GATEWAY_COST_LIMIT"),
        ("GATEWAY_PORT", "eighty", "GATEWAY_PORT: Input should be a valid integer"),
        ("GATEWAY_PUBLIC_URL", "https://example.org/api", "GATEWAY_PUBLIC_URL"),
        ("GATEWAY_DATABASE_URL", "postgresql://db", "GATEWAY_DATABASE_URL needs GATEWAY_SYSTEM_URL"),
        ("GATEWAY_HOST", "0.0.0.0", "the demo signs in anybody"),
        ("GATEWAY_SECRET", "short", "GATEWAY_SECRET is shorter than 32"),
        ("GATEWAY_ENGINE", "magic", "GATEWAY_ENGINE"),
        ("GATEWAY_ISSUERS", "login.example.org", "it is not JSON"),
        ("GATEWAY_ISSUERS", json.dumps([{"issuer": EXAMPLE}]), "an issuer needs an audience"),
        ("GATEWAY_ISSUERS", json.dumps([{**ISSUER, "scope": ["x"]}]), "GATEWAY_ISSUERS 0 scope: Unexpected"),
    ],
)
def test_a_mistake_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings, match=complaint):
        Settings.load()


def test_a_secret_value_is_never_repeated_in_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://gw_app:hunter2@db/gateway")
    with pytest.raises(BadSettings) as refused:
        Settings.load()
    assert "hunter2" not in str(refused.value)


def test_issuers_inherit_audience_and_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_AUDIENCE", "api")
    monkeypatch.setenv("GATEWAY_CLIENTS", "console, partner")
    own = {"issuer": EXAMPLE.replace("microsoftonline", "example"), "audience": "other", "clients": ["one"]}
    monkeypatch.setenv("GATEWAY_ISSUERS", json.dumps([{"issuer": EXAMPLE}, own]))
    first, second = Settings.load().issuers
    assert (first.audience, first.clients) == ("api", frozenset({"console", "partner"}))
    assert (second.audience, second.clients) == ("other", frozenset({"one"}))


def test_lists_are_written_with_commas_or_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_CLIENTS", '["a","b"]')
    monkeypatch.setenv("GATEWAY_ALLOWED_HOSTS", "a.example, b.example")
    settings = Settings.load()
    assert (settings.clients, settings.allowed_hosts) == (("a", "b"), ("a.example", "b.example"))


def test_every_setting_says_what_it_means() -> None:
    rows = table()
    assert [name for name, _, meaning in rows if not meaning.endswith(".")] == []
    assert ("GATEWAY_INVITATION_DAYS", "30", "An invitation can be redeemed for this long.") in rows
    assert next(default for name, default, _ in rows if name == "GATEWAY_INVITATION_REMINDERS") == "23,7,1"


@pytest.mark.parametrize(("given", "days"), [("", ()), ("7, 1", (7, 1)), ("[20]", (20,))])
def test_reminders_are_days_before_the_end_or_none(
    monkeypatch: pytest.MonkeyPatch, given: str, days: tuple[int, ...]
) -> None:
    monkeypatch.setenv("GATEWAY_INVITATION_REMINDERS", given)
    assert Settings.load().term().reminder_days == days


@pytest.mark.parametrize("given", ["0", "366", "soon", ",".join("1" * 11)])
def test_reminders_are_few_and_within_a_year(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("GATEWAY_INVITATION_REMINDERS", given)
    with pytest.raises(BadSettings, match="GATEWAY_INVITATION_REMINDERS"):
        Settings.load()


def test_a_made_up_secret_stays_and_is_private(tmp_path: Path) -> None:
    first = Settings(data=tmp_path / "new").signing_key()
    assert Settings(data=tmp_path / "new").signing_key() == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600


def test_a_given_secret_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEWAY_SECRET", "s" * 32)
    assert Settings(data=tmp_path).signing_key() == b"s" * 32
