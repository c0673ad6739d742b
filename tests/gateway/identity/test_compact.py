"""The outside of a token: K-01, K-02, K-05, K-20, K-21, K-22, K-24, K-25."""

import json
import time
import tracemalloc
from typing import Any

import pytest

from gateway.identity.compact import LARGEST, TokenError, bearer, read
from tests.gateway.identity.forge import b64, claims, header, signed, token


@pytest.mark.parametrize(
    "values",
    [
        [],
        [b""],
        [b"Bearer"],
        [b"Bearer\tabc"],
        [b"Basic abc"],
        [b"Bearer a.b.c", b"Bearer a.b.c"],
        [b"Bearer " + b"a" * LARGEST],
    ],
)
def test_k_01_k_20_only_one_bearer_header_of_bounded_size_is_read(values: list[bytes]) -> None:
    with pytest.raises(TokenError):
        bearer(values)


def test_the_scheme_is_case_insensitive_as_rfc_9110_wants() -> None:
    assert bearer([b"bEaReR a.b.c"]) == b"a.b.c"


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c.d", "..", "a..c", " a.b.c", "a.b.c\n", "a b.c.d", "a.b.é"])
def test_k_20_a_token_has_exactly_three_segments(text: str) -> None:
    with pytest.raises(TokenError):
        read(text.encode())


def test_an_honest_token_is_read() -> None:
    assert read(token().encode()).kid == "template"


def test_k_21_padding_newlines_and_other_last_characters_are_other_texts() -> None:
    honest = token()
    with pytest.raises(TokenError):
        read(f"{honest}=".encode())
    with pytest.raises(TokenError):
        read(f"{honest}\n".encode())
    # 256 bytes of signature end in a character with four unused bits: its neighbours mean the same bytes.
    for last in "BCDEFHIJKLMNOPRSTUVXYZ":
        with pytest.raises(TokenError):
            read(f"{honest[:-1]}{last}".encode())


def test_k_21_a_segment_of_an_impossible_length_is_refused() -> None:
    for segment in ("AAAAA", "A"):
        with pytest.raises(TokenError):
            read(f"{b64(header())}.{b64('{}')}.{segment}".encode())


@pytest.mark.parametrize("name", ["tid", "aud", "exp"])
def test_k_22_a_claim_that_occurs_twice_is_refused_although_signed(name: str) -> None:
    text = json.dumps(claims())
    doubled = text[:-1] + f', "{name}": {json.dumps(claims()[name])}}}'
    with pytest.raises(TokenError):
        read(signed(header(), doubled).encode())


def test_k_22_a_header_member_that_occurs_twice_is_refused() -> None:
    with pytest.raises(TokenError):
        read(signed('{"alg":"none","alg":"RS256","kid":"template"}', json.dumps(claims())).encode())


@pytest.mark.parametrize(
    "extra",
    [
        {"jwk": {}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
        {"crit": ["evil"], "evil": 1},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": ["RS256"]},
        {"kid": ""},
        {"kid": 7},
        {"typ": "logout+jwt"},
    ],
)
def test_k_05_k_25_headers_that_bring_keys_or_extensions_are_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(TokenError):
        read(signed(header(**extra), json.dumps(claims())).encode())


@pytest.mark.parametrize("payload", ["null", "[]", '"x"', "12", "{", '{"a":NaN}', '{"a":1e400}', "[" * 9000, "\x00"])
def test_a_payload_is_one_finite_json_object(payload: str) -> None:
    with pytest.raises(TokenError):
        read(f"{b64(header())}.{b64(payload)}.AAAA".encode())


def test_invalid_utf8_is_not_json() -> None:
    with pytest.raises(TokenError):
        read(f"{b64(header())}.{b64(bytes([123, 34, 255, 34, 58, 49, 125]))}.AAAA".encode())


@pytest.mark.parametrize("size", [200_000, 1_000_000])
def test_k_24_a_huge_token_costs_nothing(size: int) -> None:
    huge = [b"Bearer " + b"." * size]
    tracemalloc.start()
    started = time.process_time()
    for _ in range(2000):
        with pytest.raises(TokenError):
            bearer(huge)
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent / 2000 < 0.002
    assert peak < 5_000_000
