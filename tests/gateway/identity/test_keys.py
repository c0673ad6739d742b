"""Reading a key document: what is usable stays, what is not is passed over (K-07, K-08)."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from gateway.identity.keys import LARGEST_DOCUMENT, parse
from tests.gateway.identity.forge import CONTOSO, TEMPLATE, TEMPLATE_KEY, document, entry

GOOD = entry("good", TEMPLATE_KEY)


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "oct", "k": "AAAA", "kid": "odd"},
        {"kty": "AKP", "kid": "odd"},
        GOOD | {"kid": "odd", "use": "enc"},
        GOOD | {"kid": "odd", "alg": "RS512"},
        GOOD | {"kid": 7},
        GOOD | {"kid": ""},
        GOOD | {"kid": "odd", "issuer": ["x"]},
        GOOD | {"kid": "odd", "n": "!" * 342},
        GOOD | {"kid": "odd", "e": "AQ"},
        GOOD | {"kid": "odd", "n": "A" * 100_000},
        GOOD | {"kid": "odd", "n": 3},
        entry("odd", generate_private_key(65537, 1024)),
        "text",
        None,
        [],
    ],
)
def test_an_unusable_key_does_not_spoil_the_others(odd: Any) -> None:
    assert set(parse(document(odd, GOOD))) == {"good"}
    with pytest.raises(ValueError, match="no usable key"):
        parse(document(odd))


def test_the_first_of_two_keys_with_one_kid_stays() -> None:
    assert parse(document(GOOD, GOOD | {"issuer": "https://other.example"}))["good"].issuer == TEMPLATE


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b'{"keys":[]}', b"[" * 100_000, b"\xff"]
)
def test_k_08_what_is_no_key_document_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_k_08_a_document_above_256_kb_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        parse(document(GOOD) + b" " * LARGEST_DOCUMENT)


def test_five_hundred_keys_are_read() -> None:
    many = [json.loads(json.dumps(GOOD)) | {"kid": str(number)} for number in range(500)]
    assert len(parse(document(*many))) == 500


def test_k_13_a_bound_key_is_bound_and_a_template_key_is_not() -> None:
    keys = parse(document(GOOD, entry("bound", TEMPLATE_KEY, TEMPLATE.replace("{tenantid}", CONTOSO))))
    mine, other = TEMPLATE.replace("{tenantid}", CONTOSO), TEMPLATE.replace("{tenantid}", "x")
    assert [keys[kid].may_sign(*case) for kid in ("good", "bound") for case in ((mine, CONTOSO), (other, "x"))] == [
        True,
        True,
        True,
        False,
    ]
