"""Who gets the console, and under which headers (H-11, H-13, H-16, H-17)."""

import re
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.console.headers import CONSOLE_POLICY
from tests.gateway.console.conftest import Somebody, Visit

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MEMBER = Somebody(name="Pia <Berg>", account_type="PERSONAL", is_administrator=False)


def test_an_administrator_gets_the_page(visit: Visit) -> None:
    answer = visit(Somebody()).get("/console", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Console</title>" in answer.text


def test_a_browser_of_nobody_is_sent_to_the_sign_in_page(visit: Visit) -> None:
    answer = visit(None).get("/console", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/console")


@pytest.mark.parametrize("accept", ["*/*", "text/*"])
def test_a_program_of_nobody_gets_401(visit: Visit, accept: str) -> None:
    answer = visit(None).get("/console", headers={"Accept": accept})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_member_is_told_why_not_and_who_can_help(visit: Visit) -> None:
    answer = visit(MEMBER).get("/console", headers=BROWSER)
    assert answer.status_code == 403
    assert "Pia &lt;Berg&gt;" in answer.text
    assert "a personal account" in answer.text
    assert "Who can help" in answer.text
    assert "<script" not in answer.text
    assert 'href="/sign-in?next=/console"' in answer.text


@pytest.mark.parametrize("person", [None, MEMBER, Somebody()])
def test_whoever_takes_no_html_gets_406(visit: Visit, person: Somebody | None) -> None:
    assert visit(person).get("/console", headers={"Accept": "image/png"}).status_code == 406


def test_an_unbuilt_console_says_how_to_build_it(visit: Visit, assets: Path) -> None:
    shutil.rmtree(assets)
    answer = visit(Somebody()).get("/console", headers=BROWSER)
    assert answer.status_code == 503
    assert "python -m gateway.console.build" in answer.text


def test_an_unbuilt_console_is_still_only_for_administrators(visit: Visit, assets: Path) -> None:
    shutil.rmtree(assets)
    assert visit(MEMBER).get("/console", headers=BROWSER).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_the_right_ones_named(visit: Visit, method: str) -> None:
    answer = visit(Somebody()).request(method, "/console", headers=BROWSER)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("person", [None, MEMBER, Somebody()])
def test_no_answer_may_be_stored_framed_or_sniffed(visit: Visit, person: Somebody | None) -> None:
    headers = visit(person).get("/console", headers=BROWSER).headers
    assert headers["cache-control"] == "private, no-store"
    assert headers["vary"] == "Authorization, Cookie, Accept"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "base-uri 'none'" in headers["content-security-policy"]


def test_the_page_runs_only_our_own_scripts(visit: Visit) -> None:
    headers = visit(Somebody()).get("/console", headers=BROWSER).headers
    assert headers["content-security-policy"] == CONSOLE_POLICY
    assert "http" not in CONSOLE_POLICY
    assert "script-src 'self';" in CONSOLE_POLICY


def test_the_link_of_an_invitation_leads_everybody_to_the_same_page(visit: Visit) -> None:
    """WS-18: an invited member administers nothing, and may be signed in or not; only its own script runs."""
    pages = [visit(person).get("/join", headers=BROWSER) for person in (None, MEMBER, Somebody())]
    assert {(page.status_code, page.text) for page in pages} == {(200, pages[0].text)}
    (script,) = re.findall(r"<script>(.*?)</script>", pages[0].text, re.DOTALL)
    policy = pages[0].headers["content-security-policy"]
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert pages[0].headers["cache-control"] == "private, no-store"
