"""What a truly signed token must say: K-15 to K-19, D-4, D-30, and the mapping for plain providers."""

import json
from typing import Any

import pytest

from gateway.identity import CONSUMER_TENANT, ClaimNames, Issuer
from tenancy.errors import Unauthenticated
from tenancy.identity import Identity
from tenancy.words import AccountType
from tests.gateway.identity.forge import (
    ALICE,
    API,
    CONSOLE,
    CONTOSO,
    FABRIKAM,
    NOW,
    TEMPLATE_KEY,
    Endpoint,
    Gate,
    bearer,
    claims,
    document,
    entry,
    header,
    signed,
    token,
)

PLAIN = "https://plain.example/realms/one"


async def accepted(gate: Gate, **more: Any) -> Identity:
    return await gate.verifier.verify(bearer(token(**more)))


async def refused(gate: Gate, **more: Any) -> None:
    with pytest.raises(Unauthenticated):
        await accepted(gate, **more)


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "sub", "tid", "oid", "scp", "ver", "azp"])
async def test_every_essential_claim_is_essential(gate: Gate, name: str) -> None:
    await refused(gate, **{name: None})
    await refused(gate, **{name: ""})


@pytest.mark.parametrize("aud", ["other-api", f"{API}-2", [API], [API, "other"], API.upper(), f"api://{API}", True])
async def test_k_16_the_audience_is_this_api_and_nothing_else(gate: Gate, aud: Any) -> None:
    await refused(gate, aud=aud)


async def test_k_17_an_id_token_is_refused(gate: Gate) -> None:
    await refused(gate, aud=CONSOLE, nonce="n", scp=None)
    await refused(gate, nonce="n", scp=None)
    await refused(gate, nonce="n")
    await refused(gate, at_hash="h")


@pytest.mark.parametrize(
    "exp",
    ["true", "NaN", "1e400", "Infinity", f'"{NOW + 60}"', "[1]", "null", "-1", "9" * 400, "253402300800"],
)
async def test_k_18_an_expiry_is_a_finite_number(gate: Gate, exp: str) -> None:
    text = json.dumps(claims(exp="EXP")).replace('"EXP"', exp)
    with pytest.raises(Unauthenticated):
        await gate.verifier.verify(bearer(signed(header(), text)))


async def test_k_18_sixty_seconds_of_leeway_and_not_one_more(gate: Gate) -> None:
    await accepted(gate, exp=NOW - 59)
    await refused(gate, exp=NOW - 60)
    for name in ("nbf", "iat"):
        await accepted(gate, **{name: NOW + 60})
        for later in (NOW + 61, True, "1"):
            await refused(gate, **{name: later})


@pytest.mark.parametrize("ver", ["1.0", "2", 2.0, "2.0 "])
async def test_only_version_two_tokens_are_read(gate: Gate, ver: Any) -> None:
    await refused(gate, ver=ver)


@pytest.mark.parametrize("oid", ["alice", ALICE.upper(), f"{{{ALICE}}}", "1", None])
async def test_the_object_id_is_a_canonical_guid(gate: Gate, oid: Any) -> None:
    await refused(gate, oid=oid)


async def test_the_client_is_on_the_list(gate: Gate) -> None:
    await refused(gate, azp="66666666-6666-4666-8666-666666666666")


async def test_the_scope_is_a_whole_word(gate: Gate) -> None:
    assert (await accepted(gate, scp="openid access_as_user")).scopes == {"openid", "access_as_user"}
    await refused(gate, scp="openid")
    await refused(gate, scp="access_as_user_2")


async def test_a_token_bound_to_a_proof_is_refused(gate: Gate) -> None:
    await refused(gate, cnf={"jkt": "x"})


async def test_d_30_an_application_is_recognised(gate: Gate) -> None:
    for more in (
        {"idtyp": "app"},
        {"idtyp": "app", "roles": ["Insights.Read"]},
        {"roles": ["Insights.Read"], "sub": ALICE},
    ):
        identity = await accepted(gate, scp=None, name=None, preferred_username=None, **more)
        assert identity.account_type is AccountType.APPLICATION
        assert identity.app_roles == frozenset(more.get("roles", []))
        assert (identity.scopes, identity.display_name, identity.email) == (frozenset(), ALICE, None)


async def test_d_30_neither_person_nor_application_is_nobody(gate: Gate) -> None:
    await refused(gate, scp=None)
    await refused(gate, scp=None, roles=["Insights.Read"])
    await refused(gate, scp=None, roles=[], sub=ALICE)
    await refused(gate, scp=None, roles="Insights.Read", sub=ALICE)
    await refused(gate, scp=None, idtyp="user", roles=["Insights.Read"], sub=ALICE)
    await refused(gate, idtyp="app")


async def test_an_application_of_the_consumer_tenant_is_an_application_still(gate: Gate) -> None:
    assert (await accepted(gate, tid=CONSUMER_TENANT, scp=None, idtyp="app")).account_type is AccountType.APPLICATION


async def test_roles_in_a_persons_token_mean_nothing(gate: Gate) -> None:
    assert (await accepted(gate, roles=["Insights.Read"])).app_roles == frozenset()


@pytest.mark.parametrize(
    ("more", "guest"),
    [
        ({"acct": 0}, False),
        ({"acct": 1}, True),
        ({"idp": "live.com"}, True),
        ({"idp": f"https://sts.windows.net/{CONSUMER_TENANT}/"}, True),
        ({"idp": f"https://sts.windows.net/{FABRIKAM}/"}, True),
        ({"idp": f"https://sts.windows.net/{CONTOSO}/", "acct": 0}, False),
    ],
)
async def test_d_4_a_guest_is_marked_and_keeps_the_type_of_its_host(
    gate: Gate, more: dict[str, Any], guest: bool
) -> None:
    identity = await accepted(gate, **more)
    assert (identity.is_guest, identity.account_type) == (guest, AccountType.WORK_SCHOOL)


async def test_names_are_for_display_and_may_be_anything(gate: Gate) -> None:
    identity = await accepted(gate, name=["x"], preferred_username=7, email={"a": 1})
    assert (identity.display_name, identity.email) == (ALICE, None)
    assert len((await accepted(gate, name="n" * 5000)).display_name) == 256


def plain(**names: Any) -> Gate:
    issuer = Issuer(
        issuer=PLAIN,
        audience="gateway",
        clients=frozenset({"console", "robot"}),
        scopes=frozenset({"gateway"}),
        claims=ClaimNames(**names),
    )
    return Gate(Endpoint(document(entry("template", TEMPLATE_KEY, None))), issuer=issuer)


def plain_claims(**more: Any) -> dict[str, Any]:
    usual = {
        "iss": PLAIN,
        "aud": "gateway",
        "exp": NOW + 60,
        "sub": "u-1",
        "azp": "console",
        "scope": "openid gateway",
    }
    return usual | more


async def plainly(gate: Gate, **more: Any) -> Identity:
    return await gate.verifier.verify(bearer(signed(header(), json.dumps(plain_claims(**more)))))


async def test_a_plain_provider_with_a_fixed_tenant() -> None:
    gate = plain(tenant=CONTOSO)
    first, again, other = await plainly(gate), await plainly(gate, name="A"), await plainly(gate, sub="u-2")
    assert (first.tid, first.account_type, first.oid) == (CONTOSO, AccountType.WORK_SCHOOL, again.oid)
    assert len({first.oid, other.oid, ALICE}) == 3


async def test_a_plain_provider_with_mapped_claims_speaks_for_its_tenants_only() -> None:
    gate = plain(tenant_claim="org", tenants=frozenset({CONTOSO}), oid_claim="uid", client_claim="client_id")
    identity = await plainly(gate, org=CONTOSO, uid=ALICE, azp=None, client_id="console")
    assert (identity.tid, identity.oid, identity.client) == (CONTOSO, ALICE, "console")
    for more in (
        {"org": FABRIKAM},
        {"org": CONSUMER_TENANT},
        {"org": [CONTOSO]},
        {},
        {"org": CONTOSO, "uid": "alice"},
    ):
        with pytest.raises(Unauthenticated):
            await plainly(gate, **({"uid": ALICE, "client_id": "console"} | more))


async def test_a_plain_provider_marks_an_application_by_its_subject() -> None:
    identity = await plainly(plain(tenant=CONTOSO), sub="robot", azp="robot")
    assert (identity.account_type, identity.scopes) == (AccountType.APPLICATION, frozenset())


@pytest.mark.parametrize(
    "more",
    [
        {"iss": f"{PLAIN}/"},
        {"aud": ["gateway"]},
        {"azp": "evil"},
        {"scope": "openid"},
        {"scope": ["gateway"]},
        {"nonce": "n"},
        {"sub": ""},
    ],
)
async def test_a_plain_providers_token_passes_the_same_checks(more: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await plainly(plain(tenant=CONTOSO), **more)


async def test_a_plain_providers_key_that_names_another_issuer_is_refused() -> None:
    gate = plain(tenant=CONTOSO)
    gate.endpoint.document = document(entry("template", TEMPLATE_KEY, "https://other.example"))
    with pytest.raises(Unauthenticated):
        await plainly(gate)
