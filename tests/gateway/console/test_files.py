"""The bundle's files: cached for good, compressed, and nothing beside them."""

import pytest

from tests.gateway.console.conftest import Visit

FOREVER = "public, max-age=31536000, immutable"


def test_a_file_is_public_and_kept_for_good(visit: Visit) -> None:
    answer = visit(None).get("/console/static/icon-b2.ttf")
    assert (answer.status_code, answer.content) == (200, b"glyphs")
    assert answer.headers["content-type"] == "font/ttf"
    assert answer.headers["cache-control"] == FOREVER
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_client_that_unpacks_gets_the_packed_file(visit: Visit) -> None:
    with visit(None).stream("GET", "/console/static/index-a1.js", headers={"Accept-Encoding": "br, gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("encodings", ["identity", "gzip;q=0"])
def test_a_client_that_does_not_unpack_gets_the_plain_file(visit: Visit, encodings: str) -> None:
    answer = visit(None).get("/console/static/index-a1.js", headers={"Accept-Encoding": encodings})
    assert answer.text == "export {};"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "name", ["missing.js", ".stamp", "..%2f.stamp", "%2e%2e%2findex.html", "index-a1.js.gz", "a%00.js"]
)
def test_nothing_else_of_the_disk_is_reachable(visit: Visit, name: str) -> None:
    answer = visit(None).get(f"/console/static/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text
