"""A cookie's life: whose pages may use it, how long, and how it outlives one token (H-09, H-12, W-06)."""

from asyncio import gather, sleep
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from gateway.sessions import Tokens
from tenancy.errors import Forbidden, Refusal, Unavailable
from tests.gateway.browser import OURS, URL, House, sign_in


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def signed_in(house: House, person: str = "gil") -> str:
    async with house.browser() as browser:
        await sign_in(browser, person)
        return str(browser.cookies["gw"])


def connection(cookie: str, kind: str = "http", method: str = "GET", **headers: str) -> HTTPConnection:
    sent = {"cookie": f"gw={cookie}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return HTTPConnection({"type": kind, "method": method, "headers": raw, "path": "/"})


async def recognised(house: House, cookie: str) -> bool:
    return await house.sessions.identity(connection(cookie)) is not None


async def test_h_09_only_our_own_page_may_post_with_the_cookie(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        good = await browser.post("/graphql", headers=OURS)
        assert (good.status_code, len(good.json()["oid"])) == (200, 36)
        for headers in (
            {},
            {"x-gw-csrf": "1"},
            {"origin": URL},
            OURS | {"origin": "null"},
            OURS | {"origin": "https://evil.example"},
            OURS | {"origin": f"{URL}.evil.example"},
            OURS | {"x-gw-csrf": "0"},
        ):
            assert (await browser.post("/graphql", headers=headers)).json() == {"code": "FORBIDDEN"}


async def test_two_origins_are_nobodys(house: House) -> None:
    twice = connection(await signed_in(house), method="POST", x_gw_csrf="1")
    twice.scope["headers"] += [(b"origin", URL.encode()), (b"origin", b"https://evil.example")]
    with pytest.raises(Forbidden):
        await house.sessions.identity(twice)


async def test_w_06_a_websocket_with_the_cookie_comes_from_our_origin(house: House) -> None:
    cookie = await signed_in(house)
    assert await house.sessions.identity(connection(cookie, "websocket", origin=URL))
    for headers in ({}, {"origin": "https://evil.example"}):
        with pytest.raises(Forbidden):
            await house.sessions.identity(connection(cookie, "websocket", **headers))


async def test_a_cookie_and_a_bearer_token_together_are_refused(house: House) -> None:
    for cookie in (await signed_in(house), "unknown"):
        with pytest.raises(Refusal, match="no valid access token"):
            await house.sessions.identity(connection(cookie, authorization="Bearer x"))


async def test_without_our_cookie_nobody_is_asked_for_anything(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.post("/graphql")).json() == {"oid": None}
        browser.cookies.set("other", "x", "127.0.0.1")
        assert (await browser.post("/graphql")).json() == {"oid": None}


async def test_h_12_an_idle_session_ends_after_thirty_minutes(house: House) -> None:
    cookie = await signed_in(house)
    for minutes in (29, 58, 87):
        house.ahead = minutes * 60
        assert await recognised(house, cookie)
        await sleep(0.05)
    house.ahead = 117 * 60 + 5
    assert not await recognised(house, cookie)
    assert len(house.records.kept) == 0


async def test_h_12_no_session_is_older_than_eight_hours(house: House) -> None:
    cookie = await signed_in(house)
    for step in range(1, 24):
        house.ahead = step * 20 * 60
        assert await recognised(house, cookie), f"after {step * 20} minutes"
        await sleep(0.02)
        house.sessions._renewals.clear()
    house.ahead = 8 * 3600 + 1
    assert not await recognised(house, cookie)


async def test_a_session_outlives_its_token_by_one_renewal_for_all(house: House) -> None:
    cookie = await signed_in(house)
    house.ahead = 29 * 60
    assert await recognised(house, cookie)
    house.ahead = 57 * 60
    assert await recognised(house, cookie), "the old token still holds; the new one comes without waiting"
    await sleep(0.05)
    house.ahead = 85 * 60
    assert all(await gather(*(recognised(house, cookie) for _ in range(20))))


async def test_an_expired_token_is_renewed_once_while_all_wait(house: House) -> None:
    cookie = await signed_in(house)
    asked: list[str] = []

    async def counted(refresh_token: str) -> Tokens | None:
        asked.append(refresh_token)
        return await house.client.renew(refresh_token)

    house.sessions._renew = counted
    for minutes in (29, 54):
        house.ahead = minutes * 60
        assert await recognised(house, cookie)
    assert asked == []
    house.ahead = 75 * 60
    assert all(await gather(*(recognised(house, cookie) for _ in range(20))))
    assert len(asked) == 1


async def past_the_token(house: House) -> str:
    cookie = await signed_in(house)
    for minutes in (29, 54):
        house.ahead = minutes * 60
        assert await recognised(house, cookie)
    house.ahead = 75 * 60
    return cookie


async def test_a_provider_that_is_away_does_not_end_the_session(house: House) -> None:
    cookie = await past_the_token(house)
    house.away = True
    with pytest.raises(Unavailable):
        await recognised(house, cookie)
    house.away = False
    house.sessions._renewals.clear()
    assert await recognised(house, cookie)


async def test_a_refused_renewal_ends_the_session(house: House) -> None:
    cookie = await past_the_token(house)
    for path in house.provider._server.refreshers.folder.iterdir():
        path.unlink()
    assert not await recognised(house, cookie)
    assert len(house.records.kept) == 0


async def test_a_renewal_for_somebody_else_ends_the_session(house: House) -> None:
    cookie = await past_the_token(house)

    async def swapped(refresh_token: str) -> Tokens:
        del refresh_token
        return Tokens(house.provider.mint(next(p for p in house.provider._people.values() if p.key == "sam")), None)

    house.sessions._renew = swapped
    assert not await recognised(house, cookie)
    assert len(house.records.kept) == 0


async def test_signing_out_during_a_renewal_stays_signed_out(house: House) -> None:
    cookie = await past_the_token(house)

    async def meanwhile(refresh_token: str) -> Tokens | None:
        await house.sessions.end(connection(cookie))
        return await house.client.renew(refresh_token)

    house.sessions._renew = meanwhile
    assert not await recognised(house, cookie)
    assert len(house.records.kept) == 0


async def test_another_worker_may_have_renewed_first(house: House) -> None:
    cookie = await past_the_token(house)

    async def second(refresh_token: str) -> None:
        tokens = await house.client.renew(refresh_token)
        assert tokens is not None
        key, (stored, until, _) = next(iter(house.records.kept.items()))
        session = stored.replace(access_of(stored), tokens.access.encode())
        await house.records.replace(key, stored, session, until)

    house.sessions._renew = second
    assert await recognised(house, cookie)


def access_of(stored: bytes) -> bytes:
    return stored.split(b'"access":"')[1].split(b'"')[0]
