"""Configuration that could weaken a check does not start."""

import pytest

from gateway.identity import CONSUMER_TENANT, ClaimNames, Issuer, Verifier
from tenancy.identity import is_guid
from tests.gateway.identity.forge import API, CONSOLE, CONTOSO, TEMPLATE

GOOD = {"issuer": TEMPLATE, "audience": API, "clients": frozenset({CONSOLE})}


@pytest.mark.parametrize(
    "odd",
    [
        {"issuer": "https://login.example/v2.0"},
        {"issuer": "https://{tenantid}.example/{tenantid}"},
        {"claims": ClaimNames(tenant=CONTOSO)},
        {"audience": ""},
        {"clients": frozenset()},
        {"clients": frozenset({""})},
        {"jwks_url": "http://login.example/keys"},
        {"jwks_url": "ftp://login.example/keys"},
        {"jwks_url": "https://user@login.example/keys"},
        {"jwks_url": "http://localhost:80@evil.example/keys"},
        {"discovery_url": "/well-known"},
        {"jwks_url": "https://a.example/k", "discovery_url": "https://a.example/d"},
    ],
)
def test_an_unsafe_issuer_is_not_built(odd: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Issuer(**(GOOD | odd))  # type: ignore[arg-type]  # a table of odd values


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"tenant": CONTOSO, "tenant_claim": "org"},
        {"tenant_claim": "org"},
        {"tenant": "contoso"},
        {"tenant": CONSUMER_TENANT},
        {"tenant_claim": "org", "tenants": frozenset({CONSUMER_TENANT})},
    ],
)
def test_an_unsafe_claim_mapping_is_not_built(odd: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ClaimNames(**odd)  # type: ignore[arg-type]  # a table of odd values


def test_a_verifier_needs_issuers_each_once_and_each_with_keys() -> None:
    issuer = Issuer(**GOOD, jwks_url="http://127.0.0.1:1/keys")  # type: ignore[arg-type]  # mixed values
    for issuers in ([], [issuer, issuer], [Issuer(**GOOD)]):  # type: ignore[arg-type]  # mixed values
        with pytest.raises(ValueError, match=r"."):
            Verifier(issuers)


def test_a_guid_has_one_spelling() -> None:
    assert is_guid(CONTOSO)
    assert not any(map(is_guid, [CONTOSO.upper(), CONTOSO[:-1], f"{{{CONTOSO[:34]}}}", "z" * 36, None, 7]))
