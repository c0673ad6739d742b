"""Signatures, issuers and keys, told through the one door: K-01 to K-05, K-11 to K-13, K-16, K-20, K-21."""

import json
import logging
from contextlib import suppress
from time import process_time

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from gateway.identity import CONSUMER_TENANT, Issuer, Verifier
from gateway.identity.verifier import REMEMBERED
from tenancy.errors import Refusal, Unauthenticated
from tenancy.words import AccountType
from tests.gateway.identity.forge import (
    ALICE,
    API,
    CONSOLE,
    CONSUMER_KEY,
    CONTOSO,
    FABRIKAM,
    FOREIGN_KEY,
    NOW,
    TEMPLATE,
    TEMPLATE_KEY,
    Endpoint,
    Gate,
    b64,
    bearer,
    claims,
    document,
    entry,
    header,
    signed,
    token,
)


async def refused(gate: Gate, text: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await gate.verifier.verify(bearer(text))
    assert str(refusal.value) == str(Unauthenticated()), "one constant message, whatever was wrong"
    assert refusal.value.__cause__ is None


async def test_a_work_account_is_recognised(gate: Gate) -> None:
    identity = await gate.verifier.verify(bearer(token()))
    assert (identity.tid, identity.oid, identity.account_type) == (CONTOSO, ALICE, AccountType.WORK_SCHOOL)
    assert (identity.display_name, identity.email) == ("Alice Arden", "alice@contoso.example")
    assert (identity.client, set(identity.scopes), set(identity.app_roles)) == (CONSOLE, {"access_as_user"}, set())
    assert (identity.expires_at, identity.is_guest, len(identity.token_hash)) == (NOW + 3600, False, 64)


async def test_a_personal_account_is_recognised_by_its_tenant(gate: Gate) -> None:
    for kid, key in (("consumer", CONSUMER_KEY), ("template", TEMPLATE_KEY)):
        identity = await gate.verifier.verify(bearer(token(kid, key, CONSUMER_TENANT, idp="live.com")))
        assert (identity.account_type, identity.is_guest) == (AccountType.PERSONAL, False)


@pytest.mark.parametrize("values", [[], [b"Basic x"], [b"Bearer a.b.c", b"Bearer a.b.c"], [b"Bearer  x y"]])
async def test_k_01_k_20_no_token_or_two_is_unauthenticated_without_any_fetch(gate: Gate, values: list[bytes]) -> None:
    with pytest.raises(Unauthenticated):
        await gate.verifier.verify(values)
    assert gate.endpoint.fetches == 0


async def test_k_02_alg_none_is_refused(gate: Gate) -> None:
    await refused(gate, f"{b64(header(alg='none'))}.{b64(json.dumps(claims()))}.")


async def test_k_03_hs256_with_the_public_key_as_secret_is_refused(gate: Gate) -> None:
    public = TEMPLATE_KEY.public_key()
    secrets = [
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(RSAKey.import_key(public).as_dict(private=False)).encode(),
    ]
    for secret in secrets:
        key = OctKey.import_key(b64(secret))
        fake = jws.serialize_compact(
            {"alg": "HS256", "kid": "template"}, json.dumps(claims()), key, algorithms=["HS256"]
        )
        await refused(gate, fake)


async def test_k_04_rs384_and_ps256_are_refused_although_truly_signed(gate: Gate) -> None:
    payload = json.dumps(claims())
    await refused(gate, signed(header(alg="RS384"), payload, TEMPLATE_KEY, PKCS1v15(), SHA384()))
    await refused(gate, signed(header(alg="PS256"), payload, TEMPLATE_KEY, PSS(MGF1(SHA256()), 32), SHA256()))


async def test_k_05_a_key_in_the_header_is_neither_used_nor_fetched(gate: Gate) -> None:
    evil = RSAKey.import_key(FOREIGN_KEY.public_key()).as_dict(private=False)
    for extra in (
        {"jwk": evil},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/"},
        {"x5c": ["AA"]},
    ):
        await refused(gate, signed(header(**extra), json.dumps(claims()), FOREIGN_KEY))
    assert gate.endpoint.fetches == 0


async def test_a_foreign_signature_and_changed_claims_are_refused(gate: Gate) -> None:
    await refused(gate, token(key=FOREIGN_KEY))
    head, _, signature = token().split(".")
    await refused(gate, f"{head}.{b64(json.dumps(claims(oid=ALICE[:-1] + 'b')))}.{signature}")


async def test_k_11_issuer_and_tenant_must_name_the_same_organisation(gate: Gate) -> None:
    await refused(gate, token(iss=TEMPLATE.replace("{tenantid}", FABRIKAM)))
    await refused(gate, token(tid=FABRIKAM, iss=TEMPLATE.replace("{tenantid}", CONTOSO)))


@pytest.mark.parametrize(
    "iss",
    [
        TEMPLATE,
        "https://login.example/common/v2.0",
        f"https://sts.windows.net/{CONTOSO}/",
        f"https://login.example/{CONTOSO}/v2.0/",
        f"https://LOGIN.example/{CONTOSO}/v2.0",
        f"http://login.example/{CONTOSO}/v2.0",
        f"https://login.example/{CONTOSO}/v2.0.evil.example",
        f"https://login.example/{CONTOSO.upper()}/v2.0",
    ],
)
async def test_k_12_an_issuer_is_equal_or_wrong(gate: Gate, iss: str) -> None:
    await refused(gate, token(iss=iss))


@pytest.mark.parametrize(
    "tid", ["common", CONTOSO.upper(), CONTOSO.replace("-", ""), f"{{{CONTOSO}}}", "{tenantid}", ""]
)
async def test_k_12_a_tenant_is_a_canonical_guid(gate: Gate, tid: str) -> None:
    await refused(gate, token(tid=tid))


async def test_k_13_a_consumer_bound_key_signs_for_consumers_only(gate: Gate) -> None:
    await refused(gate, token("consumer", CONSUMER_KEY))


async def test_k_13_a_key_without_an_issuer_signs_for_nobody_of_many_tenants() -> None:
    await refused(Gate(Endpoint(document(entry("template", TEMPLATE_KEY, None)))), token())


async def test_k_15_lists_are_no_texts(gate: Gate) -> None:
    good = claims()
    for name in ("iss", "sub", "tid", "oid", "ver", "scp", "azp", "aud"):
        for odd in (["https://evil.example", good[name]], [good[name]], {good[name]: 1}, True, 7):
            await refused(gate, signed(header(), json.dumps(good | {name: odd})))


async def test_k_21_one_token_has_one_spelling(gate: Gate) -> None:
    honest = token()
    await gate.verifier.verify(bearer(honest))
    for other in (f"{honest}=", f"{honest}\n", honest[:-1] + chr(ord(honest[-1]) + 1), f" {honest}"):
        await refused(gate, other)


async def test_k_20_no_log_line_carries_the_token(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for text in (token(), token(aud="other"), token(key=FOREIGN_KEY), token(kid="unknown")):
        with suppress(Refusal):
            await gate.verifier.verify(bearer(text))
        assert not any(part in caplog.text for part in text.split("."))


async def test_a_verified_token_is_remembered_until_it_expires(gate: Gate) -> None:
    text = token()
    assert await gate.verifier.verify(bearer(text)) is await gate.verifier.verify(bearer(text))
    gate.now = NOW + 3659
    await gate.verifier.verify(bearer(text))
    gate.now = NOW + 3660
    await refused(gate, text)


async def test_what_a_withdrawn_key_vouched_for_is_forgotten(gate: Gate) -> None:
    text = token()
    await gate.verifier.verify(bearer(text))
    gate.endpoint.document = document(entry("next", FOREIGN_KEY))
    async with gate.verifier.running():
        while gate.endpoint.fetches < 2:
            await gate.verifier.verify(bearer(token("next", FOREIGN_KEY)))
    await refused(gate, text)


async def test_the_memory_of_tokens_is_bounded(gate: Gate) -> None:
    # Texts that differ only in a claim nobody reads; the first ones must have left.
    first = await gate.verifier.verify(bearer(token(uti="first")))
    for number in range(REMEMBERED):
        gate.verifier._remember(number.to_bytes(32), next(iter(gate.verifier._known.values())))
    assert len(gate.verifier._known) == REMEMBERED
    assert await gate.verifier.verify(bearer(token(uti="first"))) is not first


async def test_a_remembered_token_costs_next_to_nothing(gate: Gate) -> None:
    values = bearer(token())
    await gate.verifier.verify(values)
    started = process_time()
    for _ in range(5000):
        await gate.verifier.verify(values)
    assert (process_time() - started) / 5000 < 100e-6, "a few microseconds; the bound allows for a busy machine"


async def test_many_issuers_live_side_by_side(gate: Gate) -> None:
    other = Issuer(issuer="https://other.example/{tenantid}", audience=API, clients=frozenset({CONSOLE}))
    theirs = Endpoint(document(entry("template", FOREIGN_KEY, "https://other.example/{tenantid}")))
    verifier = Verifier(
        [gate.issuer, other], {gate.issuer.issuer: gate.endpoint, other.issuer: theirs}, lambda: gate.now
    )
    await verifier.verify(bearer(token()))
    await verifier.verify(bearer(token(key=FOREIGN_KEY, iss=f"https://other.example/{CONTOSO}")))
    with pytest.raises(Unauthenticated):
        await verifier.verify(bearer(token(key=FOREIGN_KEY)))
