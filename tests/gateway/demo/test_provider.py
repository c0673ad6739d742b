"""The demo identity provider: what it issues, whom it refuses (D-4, D-30, K-07, K-13, K-17, K-27)."""

import json
import logging
import stat
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from gateway.demo.people import people
from gateway.demo.provider import DemoProvider
from gateway.demo.provider_clients import DEFAULT_SCOPE
from gateway.demo.provider_tokens import API
from gateway.identity import CONSUMER_TENANT, KeyEndpoint
from gateway.identity.keys import parse
from tenancy.errors import Unauthenticated
from tenancy.words import AccountType
from tests.gateway.demo.idp import PEOPLE, URL, Idp, answered


def bearer(token: str) -> list[bytes]:
    return [f"Bearer {token}".encode()]


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


@pytest.mark.parametrize(("url", "demo_mode"), [(URL, False), ("https://idp.example", True), ("http://10.0.0.1", True)])
def test_there_is_no_provider_outside_demo_mode_or_off_this_machine(tmp_path: Path, url: str, demo_mode: bool) -> None:
    with pytest.raises(ValueError, match="demo mode"):
        DemoProvider(people(), public_url=url, data=tmp_path, demo_mode=demo_mode)
    assert list(tmp_path.iterdir()) == []


async def test_nobody_from_another_machine_is_served(idp: Idp) -> None:
    stranger = idp.caller("192.0.2.7")
    for path in ("/common/discovery/v2.0/keys", "/common/v2.0/.well-known/openid-configuration"):
        assert (await stranger.get(path)).status_code == 403
    assert (await stranger.post("/common/oauth2/v2.0/token")).status_code == 403


@pytest.mark.parametrize("key", sorted(PEOPLE))
async def test_everybody_of_the_demo_world_gets_a_token_that_the_verifier_accepts(idp: Idp, key: str) -> None:
    person = PEOPLE[key]
    identity = await idp.verifier.verify(bearer(idp.provider.mint(person)))
    assert (identity.tid, identity.oid, identity.account_type) == (person.tid, person.oid, person.account_type)
    assert identity.is_guest == person.is_guest
    assert idp.provider.person(identity) == person


async def test_a_minted_token_lives_as_long_as_asked(idp: Idp) -> None:
    token = idp.provider.mint(PEOPLE["pia"], minutes=2)
    await idp.verifier.verify(bearer(token))
    idp.now += 121 + 60
    with pytest.raises(Unauthenticated):
        await idp.verifier.verify(bearer(token))


def test_tokens_have_the_shape_of_the_microsoft_identity_platform(idp: Idp) -> None:
    person, guest, robot = (claims_of(idp.provider.mint(PEOPLE[key])) for key in ("sam", "gwen", "robot"))
    usual = {"aud", "iss", "iat", "nbf", "exp", "oid", "sub", "tid", "uti", "ver", "azp", "azpacr"}
    assert set(person) == usual | {"scp", "name", "preferred_username", "acct"}
    assert (person["aud"], person["scp"], person["ver"], person["acct"]) == (API, "access_as_user", "2.0", 0)
    assert (guest["acct"], guest["idp"]) == (1, "live.com")
    assert set(robot) == usual | {"roles", "idtyp"}
    assert robot["sub"] == robot["oid"]


def test_keys_survive_a_restart_in_a_private_file(tmp_path: Path) -> None:
    idp = Idp(tmp_path)
    path = idp.folder / "demo-idp" / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert idp.build().keys.read().document("i") == idp.provider.keys.read().document("i")
    assert idp.build().credentials(PEOPLE["robot"]) == idp.provider.credentials(PEOPLE["robot"])
    assert list(path.parent.iterdir()) == [path]


async def test_k_07_a_rotation_is_seen_by_another_process_and_old_tokens_live_on(idp: Idp) -> None:
    other = idp.build()
    before = idp.provider.mint(PEOPLE["sam"])
    await idp.verifier.verify(bearer(before))
    other.keys.rotate()
    await idp.verifier.verify(bearer(idp.provider.mint(PEOPLE["sam"])))
    await idp.verifier.verify(bearer(before))
    other.keys.rotate()
    kids = parse(await idp.provider.key_source()).keys()
    assert len(kids) == 4
    assert json.loads(urlsafe_b64decode(before.split(".")[0] + "=="))["kid"] not in kids


async def test_k_13_the_key_document_carries_issuers_and_no_private_part(idp: Idp) -> None:
    answer = (await idp.http.get("/common/discovery/v2.0/keys")).json()["keys"]
    assert {entry["issuer"].split("/")[-2] for entry in answer} == {"{tenantid}", CONSUMER_TENANT}
    assert all(set(entry) == {"kty", "n", "e", "kid", "use", "issuer"} for entry in answer)


async def test_keys_are_found_by_discovery_over_http(idp: Idp) -> None:
    endpoint = KeyEndpoint(idp.provider.issuer, httpx2.ASGITransport(app=idp.app))
    assert await endpoint() == await idp.provider.key_source()


async def test_discovery_names_the_template_for_all_and_the_tenant_for_one(idp: Idp) -> None:
    async def issuer(tenant: str) -> str:
        answer = await idp.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration")
        return str(answer.json()["issuer"])

    assert await issuer("common") == f"{URL}/demo-idp/{{tenantid}}/v2.0"
    assert await issuer("consumers") == f"{URL}/demo-idp/{CONSUMER_TENANT}/v2.0"
    assert await issuer(PEOPLE["sam"].tid) == f"{URL}/demo-idp/{PEOPLE['sam'].tid}/v2.0"
    assert (await idp.http.get("/elsewhere/v2.0/.well-known/openid-configuration")).status_code == 404


async def test_the_page_offers_the_people_and_runs_no_script(idp: Idp) -> None:
    page = await idp.authorize(None)
    assert page.status_code == 200
    assert all(
        (f'value="{person.key}"' in page.text) != (person.account_type is AccountType.APPLICATION)
        for person in people()
    )
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Personal account" in (await idp.authorize(None, "consumers")).text
    assert "Work or school" not in (await idp.authorize(None, "consumers")).text
    assert 'value="pia"' not in (await idp.authorize(None, "organizations")).text
    assert 'value="sam"' not in (await idp.authorize("fred", PEOPLE["fred"].tid)).text


async def test_a_code_flow_gives_an_access_token_an_id_token_and_a_refresh_token(idp: Idp) -> None:
    back = answered(await idp.authorize("pia"))
    assert (back["state"], back["iss"]) == ("s", f"{URL}/demo-idp/{CONSUMER_TENANT}/v2.0")
    tokens = (await idp.redeem(back["code"])).json()
    identity = await idp.verifier.verify(bearer(tokens["access_token"]))
    assert identity.account_type is AccountType.PERSONAL
    own = claims_of(tokens["id_token"])
    assert (own["nonce"], own["aud"], own["oid"]) == ("n", idp.provider.console_client, identity.oid)
    assert own["sub"] != claims_of(tokens["access_token"])["sub"], "pairwise"


async def test_k_17_an_id_token_opens_nothing(idp: Idp) -> None:
    tokens = (await idp.redeem(await idp.code("sam"))).json()
    with pytest.raises(Unauthenticated):
        await idp.verifier.verify(bearer(tokens["id_token"]))


@pytest.mark.parametrize(
    "odd",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
        {"nonce": None},
        {"scope": "openid"},
        {"prompt": "none"},
        {"response_type": "token"},
    ],
)
async def test_k_27_a_weaker_request_goes_back_with_an_error(idp: Idp, odd: dict[str, Any]) -> None:
    for person in (None, "sam"):
        back = answered(await idp.authorize(person, **odd))
        assert "error" in back
        assert "code" not in back
        assert back["iss"] == f"{URL}/demo-idp/{{tenantid}}/v2.0"


@pytest.mark.parametrize(
    "odd",
    [
        {"redirect_uri": "http://localhost:80@evil.example/cb"},
        {"redirect_uri": f"{URL}/sign-in/callback/"},
        {"redirect_uri": f"{URL}/sign-in/callback?x=1"},
        {"redirect_uri": 'http://evil.example/"\\é'},
        {"redirect_uri": None},
        {"client_id": None},
        {"client_id": "elsewhere"},
    ],
)
async def test_k_27_no_redirect_to_an_address_that_was_not_registered(idp: Idp, odd: dict[str, Any]) -> None:
    for person in (None, "sam"):
        answer = await idp.authorize(person, **odd)
        assert (answer.status_code in {400, 401}, "location" in answer.headers) == (True, False)


async def test_cancelling_and_unknown_people_are_access_denied(idp: Idp) -> None:
    for key in ("", "nobody-at-all", "robot"):
        assert answered(await idp.authorize(key))["error"] == "access_denied"


async def test_a_foreign_page_cannot_send_the_form(idp: Idp) -> None:
    path = (await idp.authorize(None)).request.url
    answer = await idp.http.post(path, data={"person": "sam"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_k_27_a_code_is_used_once_with_its_proof_its_address_and_in_time(idp: Idp) -> None:
    code = await idp.code("sam")
    assert (await idp.redeem(code)).status_code == 200
    assert (await idp.redeem(code)).json()["error"] == "invalid_grant"
    for odd in ({"code_verifier": None}, {"code_verifier": "w" * 43}, {"redirect_uri": URL}, {"client_id": "other"}):
        assert (await idp.redeem(await idp.code("sam"), **odd)).status_code == 400
    late = await idp.code("sam")
    idp.now += 61
    assert (await idp.redeem(late)).status_code == 400


async def test_a_refresh_token_is_used_once(idp: Idp) -> None:
    first = (await idp.redeem(await idp.code("sam"))).json()
    form = {"grant_type": "refresh_token", "client_id": idp.provider.console_client}
    second = (await idp.token(form | {"refresh_token": first["refresh_token"]})).json()
    identity = await idp.verifier.verify(bearer(second["access_token"]))
    assert identity.oid == PEOPLE["sam"].oid
    assert second["refresh_token"] != first["refresh_token"]
    assert (await idp.token(form | {"refresh_token": first["refresh_token"]})).json()["error"] == "invalid_grant"
    idp.now += 25 * 3600
    assert (await idp.token(form | {"refresh_token": second["refresh_token"]})).status_code == 400


async def test_d_30_a_demo_application_signs_in_with_its_secret(idp: Idp) -> None:
    robot = PEOPLE["robot"]
    client_id, secret = idp.provider.credentials(robot)
    form = {"grant_type": "client_credentials", "scope": DEFAULT_SCOPE}
    answer = await idp.token(form, robot.tid, (client_id, secret))
    identity = await idp.verifier.verify(bearer(answer.json()["access_token"]))
    assert (identity.account_type, identity.oid) == (AccountType.APPLICATION, robot.oid)
    assert "refresh_token" not in answer.json()
    posted = form | {"client_id": client_id, "client_secret": secret}
    assert (await idp.token(posted, robot.tid)).status_code == 200
    assert (await idp.token(posted | {"client_secret": "x"}, robot.tid)).status_code >= 400
    assert (await idp.token(posted, "common")).status_code == 400
    assert (await idp.token(posted | {"scope": "openid"}, robot.tid)).status_code == 400
    assert (await idp.token(form | {"client_id": idp.provider.console_client})).status_code >= 400


async def test_k_20_no_token_or_proof_is_logged(idp: Idp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = (await idp.redeem(await idp.code("sam"))).json()
    assert not any(str(secret) in caplog.text for secret in (tokens["access_token"], tokens["refresh_token"]))


def test_the_routes_stay_below_their_own_path(idp: Idp) -> None:
    assert [route.path for route in Starlette(routes=idp.provider.routes()).routes] == ["/demo-idp"]  # type: ignore[attr-defined]  # a Mount
