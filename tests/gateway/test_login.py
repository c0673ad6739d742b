"""Signing in with a browser: the code flow, and everything that must not become a session (K-27, H-12)."""

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.login_client import Login
from tests.gateway.browser import OURS, URL, House, choose, parameters, sign_in


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_a_person_signs_in_and_is_told_who_they_are(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get("/session")).status_code == 401
        done = await sign_in(browser, "gil")
        assert (done.status_code, done.headers["location"]) == (303, "/console")
        told = await browser.get("/session")
        assert told.json() == {
            "name": "Gil Grant",
            "accountType": "WORK_SCHOOL",
            "administrator": True,
            "person": "gil",
        }
        assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [("/join", "/join"), ("//evil.example/join", "/console"), ("/join/../graphql", "/console"), ("", "/console")],
)
async def test_k_27_one_is_led_back_to_a_page_of_ours_and_nowhere_else(house: House, wanted: str, place: str) -> None:
    async with house.browser() as browser:
        done = await browser.get(await choose(browser, "bo", {"next": wanted}))
        assert (done.status_code, done.headers["location"]) == (303, place)


async def test_a_personal_account_signs_in(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "pia")
        told = (await browser.get("/session")).json()
        assert (told["accountType"], told["administrator"]) == ("PERSONAL", False)


async def test_the_request_to_the_provider_is_a_full_one_and_the_proof_stays_here(house: House) -> None:
    async with house.browser() as browser:
        begun = await browser.get("/sign-in")
    asked = parameters(begun.headers["location"])
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{URL}/sign-in/callback"
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert "verifier" not in begun.headers["location"]
    assert len(begun.headers.get_list("set-cookie")) == 1
    assert re.fullmatch(
        r"gw-sign-in=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax", begun.headers["set-cookie"]
    )


async def test_the_cookie_is_a_random_name_and_nothing_else(house: House) -> None:
    async with house.browser() as browser:
        cookies = (await sign_in(browser)).headers.get_list("set-cookie")
    assert re.fullmatch(r"gw=[\w-]{43}; HttpOnly; Max-Age=28800; Path=/; SameSite=lax", cookies[0])
    assert cookies[1].startswith('gw-sign-in="";')


async def test_cookies_over_https_are_host_bound_and_secure(tmp_path: Path) -> None:
    house = House(tmp_path, "https://gateway.example")
    async with house.browser("https://gateway.example") as browser:
        cookie = (await browser.get("/sign-in")).headers["set-cookie"]
    assert cookie.startswith("__Host-gw-sign-in=")
    assert cookie.endswith("Secure")
    assert house.sessions.cookie == "__Host-gw"


async def no_session(house: House, address: str, **cookies: str) -> None:
    async with house.browser() as browser:
        for name, value in cookies.items():
            browser.cookies.set(name, value, "127.0.0.1")
        answer = await browser.get(address)
        assert answer.status_code == 400
        assert not any(cookie.startswith("gw=") for cookie in answer.headers.get_list("set-cookie"))
        assert (await browser.get("/session")).status_code == 401


async def test_k_27_a_sign_in_begun_in_another_browser_is_refused(house: House) -> None:
    async with house.browser() as attacker:
        address = await choose(attacker, "gil")
    await no_session(house, address)


async def test_k_27_the_state_of_another_browser_is_refused(house: House) -> None:
    async with house.browser() as attacker, house.browser() as victim:
        address = await choose(attacker, "gil")
        await victim.get("/sign-in")
        answer = await victim.get(address)
        assert answer.status_code == 400
        assert (await victim.get("/session")).status_code == 401


async def test_k_27_a_code_and_a_state_are_good_once(house: House) -> None:
    async with house.browser() as browser:
        address = await choose(browser, "gil")
        attempt = browser.cookies["gw-sign-in"]
        assert (await browser.get(address)).status_code == 303
    assert len(house.attempts.kept) == 0
    await no_session(house, address, **{"gw-sign-in": attempt})


async def test_k_27_an_attempt_ends_after_ten_minutes(house: House) -> None:
    async with house.browser() as browser:
        address = await choose(browser, "gil")
        house.ahead = 601
        assert (await browser.get(address)).status_code == 400


@pytest.mark.parametrize(
    "odd",
    [
        {"state": "other"},
        {"state": None},
        {"code": "other"},
        {"code": None},
        {"iss": None},
        {"iss": "https://evil.example"},
        {"iss": f"{URL}/demo-idp/{{tenantid}}/v2.0"},
        {"iss": f"{URL}/demo-idp/11111111-aaaa-4aaa-8aaa-111111111111/v2.0"},
        {"error": "access_denied"},
    ],
)
async def test_k_27_a_changed_answer_is_refused(house: House, odd: dict[str, Any]) -> None:
    async with house.browser() as browser:
        answered = parameters(await choose(browser, "gil")) | odd
        query = urlencode({name: value for name, value in answered.items() if value is not None})
        answer = await browser.get(f"/sign-in/callback?{query}")
        assert answer.status_code == 400
        assert "gw=" not in answer.headers["set-cookie"]
        assert (await browser.get("/session")).status_code == 401


async def test_k_27_two_issuers_in_one_answer_are_refused(house: House) -> None:
    async with house.browser() as browser:
        address = await choose(browser, "gil")
        assert (await browser.get(f"{address}&iss=https://evil.example")).status_code == 400


async def test_k_27_a_code_for_another_nonce_is_refused(house: House) -> None:
    """An attacker's code, put into the victim's own attempt: the ID token's nonce gives it away."""
    async with house.browser() as victim:
        address = parameters(await choose(victim, "gil"))
        server = house.provider._server
        granted = server.codes.get(address["code"])
        assert granted is not None
        server.codes.put(address["code"], replace(granted, nonce="other-nonce"))
        assert (await victim.get(f"/sign-in/callback?{urlencode(address)}")).status_code == 400


async def test_cancelling_at_the_provider_is_no_session(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get(await choose(browser, ""))).status_code == 400


async def test_h_12_signing_in_gives_a_fresh_id_and_ends_the_session_before(house: House) -> None:
    async with house.browser() as browser:
        browser.cookies.set("gw", "chosen-by-an-attacker", "127.0.0.1")
        await sign_in(browser, "gil")
        first = [cookie.value for cookie in browser.cookies.jar if cookie.name == "gw"][-1]
        assert first != "chosen-by-an-attacker"
        browser.cookies.clear()
        browser.cookies.set("gw", str(first), "127.0.0.1")
        await sign_in(browser, "sam")
    async with house.browser() as browser:
        browser.cookies.set("gw", str(first), "127.0.0.1")
        assert (await browser.get("/session")).status_code == 401


async def test_h_12_signing_out_ends_the_session_on_the_server(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        cookie = browser.cookies["gw"]
        for headers in ({}, {"origin": URL}, {"x-gw-csrf": "1"}, OURS | {"origin": "https://evil.example"}):
            assert (await browser.post("/sign-out", headers=headers)).status_code == 403
        assert (await browser.post("/sign-out", headers=OURS)).status_code == 204
        assert "gw" not in browser.cookies
        browser.cookies.set("gw", cookie, "127.0.0.1")
        assert (await browser.get("/session")).status_code == 401


async def test_a_provider_that_is_away_is_unavailable_and_comes_back(house: House) -> None:
    async with house.browser() as browser:
        house.away = True
        answer = await browser.get("/sign-in")
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        house.away = False
        address = await choose(browser, "gil")
        house.away = True
        assert (await browser.get(address)).status_code == 503


async def test_a_provider_with_anothers_metadata_is_unavailable(tmp_path: Path) -> None:
    house = House(tmp_path, discovery_url=f"{URL}/demo-idp/consumers/v2.0/.well-known/openid-configuration")
    async with house.browser() as browser:
        assert (await browser.get("/sign-in")).status_code == 503


async def test_k_20_signing_in_logs_no_secret(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with house.browser() as browser:
        await sign_in(browser)
        cookie = browser.cookies["gw"]
    stored = next(iter(house.records.kept.values()))[0].decode()
    assert cookie not in caplog.text + stored
    assert not re.search(r"eyJ[\w-]{20,}", caplog.text)


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": "http://gateway.example"},
        {"origin": f"{URL}/"},
        {"after": "https://evil.example"},
        {"client_id": "5e1f0000-0a91-4000-8000-00000000a001"},
        {"client_id": "unlisted"},
        {"scope": "profile"},
        {"discovery_url": "http://idp.example"},
    ],
)
def test_an_unsafe_login_is_not_built(house: House, odd: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "origin": URL,
        "issuer": house.provider.issuer,
        "discovery_url": house.provider.discovery_url,
        "client_id": house.provider.console_client,
        "scope": house.provider.console_scope,
    }
    Login(**usual)
    with pytest.raises(ValueError, match=r"."):
        Login(**(usual | odd))
