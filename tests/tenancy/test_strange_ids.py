"""Foreign, absent and malformed ids are answered alike, byte for byte, in every place that takes one (T-01 to T-03)."""

from collections.abc import Mapping
from uuid import uuid4

import httpx2
import pytest

from gateway.demo import ids
from resolvers.ids import decode, encode
from tests.tenancy.callers import CONTOSO, node
from tests.tenancy.connections import Connection
from tests.tenancy.documents import Attack, attacks, taker, takers
from tests.tenancy.foreign import none_foreign, prints, untouched
from tests.tenancy.strange_answers import ADMINISTRATOR, EXCEPTIONS, MANAGER, askers, codes, expected
from tests.world import World

pytestmark = pytest.mark.isolation

QUERIES = [(who, attack) for attack in attacks("query") for who in askers(attack)]
MUTATIONS = [(who, attack) for attack in attacks("mutation") for who in askers(attack)]
SUBSCRIPTIONS = [(who, attack) for attack in attacks("subscription") for who in askers(attack)]
EVERY = (*QUERIES, *MUTATIONS, *SUBSCRIPTIONS)
FOREIGN: Mapping[str, str] = {
    "Agreement": "fabrikam/A1",
    "Case": "fabrikam/K1",
    "Customer": "fabrikam/c-ada",
    "Entitlement": "fabrikam/B1-reactive",
    "Package": "fabrikam/B1",
    "Workspace": "fabrikam/W1",
    "Sla": "fabrikam/SD",
    "Tenant": "fabrikam",
    "User": "user/flo",
}
"""Live things of Fabrikam, one of each type that the argument might be for."""
TABLES = {"Case": "incident", "User": "app_user"}


def told(response: httpx2.Response) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """All of an answer that anybody can see, but for the request's own number."""
    headers = ((name, value) for name, value in response.headers.items() if name != "x-request-id")
    return response.status_code, response.content, tuple(headers)


@pytest.fixture(scope="module")
async def living(past: Connection) -> None:
    """The foreign things are there, or the tests would prove nothing."""
    for type_name, name in FOREIGN.items():
        table = TABLES.get(type_name, type_name.lower())
        assert await past.fetchval(f"select true from app.{table} where id = $1", ids.of(name)), name  # noqa: S608 (names of tables)


@pytest.mark.usefixtures("living")
@pytest.mark.parametrize(("who", "attack"), QUERIES, ids=str)
async def test_a_query_answers_a_foreign_id_as_an_absent_one(street: World, who: str, attack: Attack) -> None:
    """T-01: body and headers, whatever the id is of; and NOT_FOUND (D-31)."""
    told_of = set()
    for type_name, name in FOREIGN.items():
        foreign = await street.ask(who, attack.document, attack.variables(encode(type_name, ids.of(name))))
        absent = await street.ask(who, attack.document, attack.variables(encode(type_name, str(uuid4()))))
        none_foreign(f"{attack} {type_name}", [told(foreign)], [told(absent)])
        assert "INTERNAL" not in foreign.text
        assert foreign.status_code in (200, 404)
        told_of |= codes(attack, foreign.json())
    assert told_of - {"NOT_FOUND"} == expected(who, attack)


@pytest.mark.usefixtures("living")
@pytest.mark.parametrize(("who", "attack"), MUTATIONS, ids=str)
async def test_a_mutation_answers_a_foreign_id_as_an_absent_one_and_writes_nothing(
    street: World, past: Connection, who: str, attack: Attack
) -> None:
    """T-03: existence is not told by a broken foreign key either; NOT_FOUND (D-31)."""
    before = await prints(past)
    told_of = set()
    for type_name, name in FOREIGN.items():
        foreign = await street.ask(who, attack.document, attack.variables(encode(type_name, ids.of(name))))
        absent = await street.ask(who, attack.document, attack.variables(encode(type_name, str(uuid4()))))
        none_foreign(f"{attack} {type_name}", [told(foreign)], [told(absent)])
        assert "INTERNAL" not in foreign.text
        told_of |= codes(attack, foreign.json())
    assert told_of - {"NOT_FOUND"} == expected(who, attack)
    await untouched(past, before)


@pytest.mark.usefixtures("living")
@pytest.mark.parametrize(("who", "attack"), SUBSCRIPTIONS, ids=str)
async def test_a_subscription_ends_for_a_foreign_id_as_for_an_absent_one(
    street: World, who: str, attack: Attack
) -> None:
    """T-01 of what is watched: one answer, which is a refusal, and nothing behind it."""
    told_of = set()
    for type_name, name in FOREIGN.items():
        foreign = await street.heard(who, attack.document, attack.variables(encode(type_name, ids.of(name))))
        absent = await street.heard(who, attack.document, attack.variables(encode(type_name, str(uuid4()))))
        none_foreign(f"{attack} {type_name}", [str(foreign)], [str(absent)])
        (only,) = foreign[1]
        told_of |= codes(attack, only)
    assert told_of - {"NOT_FOUND"} == expected(who, attack)


def test_every_field_that_takes_an_id_is_attacked() -> None:
    """Nested ones too: no field is out of reach of the documents."""
    assert {taker(attack) for _, attack in EVERY} == takers()


def test_every_exception_is_of_an_attack_that_is_made() -> None:
    """A field that is gone takes its exception with it."""
    made = {(who, str(attack)) for who, attack in EVERY}
    assert {(who, place) for told in EXCEPTIONS.values() for who, places in told.items() for place in places} <= made


OPEN_CASE = "mutation($input: CreateCaseInput!) { createCase(input: $input) { case { id } userErrors { code field } } }"
BASE = {"title": "Printer", "supportKind": "PROBLEM_RESOLUTION", "workspaceId": node("Workspace", "contoso/W1")}
REFERENCES = {
    "workspaceId": node("Workspace", "fabrikam/W1"),
    "customerId": node("Customer", "fabrikam/self"),
    "contactId": node("Customer", "fabrikam/c-ada"),
    "primaryContactId": encode("User", ids.user("finn")),
    "subjectId": "Subject",
    "productId": "Product",
    "entitlementId": node("Entitlement", "fabrikam/B1-reactive"),
    "slaId": node("Sla", "fabrikam/SD"),
    "agreementId": node("Agreement", "fabrikam/A1"),
    "packageId": node("Package", "fabrikam/B1"),
    "ownerId": encode("User", ids.user("floyd")),
}


async def _foreign(past: Connection, name: str) -> str:
    """The foreign id for an argument; of subjects and products, any that Fabrikam has."""
    given = REFERENCES[name]
    if given not in ("Subject", "Product"):
        return given
    found = await past.fetchval(f"select id from app.{given.lower()} where tenant_id = $1", ids.of("fabrikam"))  # noqa: S608 (names of tables)
    return encode(given, str(found))


@pytest.mark.parametrize("name", REFERENCES)
async def test_every_foreign_reference_of_a_new_case_is_not_found(street: World, past: Connection, name: str) -> None:
    """T-03: one argument at a time, in an input that is otherwise good; nothing is written, not even the key."""
    foreign = await _foreign(past, name)
    before = await prints(past)
    answers = []
    for id in (foreign, encode(_type(foreign), str(uuid4()))):
        given = {**BASE, "idempotencyKey": str(uuid4()), name: id}
        answers.append(await street.ask(MANAGER, OPEN_CASE, {"input": given}))
    none_foreign(name, [told(answers[0])], [told(answers[1])])
    (error,) = answers[0].json()["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert answers[0].json()["data"] is None or answers[0].json()["data"]["createCase"] is None
    await untouched(past, before)


def _type(global_id: str) -> str:
    return decode(global_id)[0]


async def test_the_same_case_without_a_foreign_reference_is_opened(street: World, past: Connection) -> None:
    """So that the refusals beside this test are about the reference."""
    given = {**BASE, "idempotencyKey": str(uuid4())}
    data = await street.data(MANAGER, OPEN_CASE, {"input": given})
    assert data["createCase"]["userErrors"] == []
    assert await past.fetchval("select count(*) from app.incident where title = 'Printer'") == 1


_K1 = ids.of("contoso/K1")
KNOWN = node("Case", "contoso/K1")
SPELLINGS = {
    "no padding": KNOWN.rstrip("="),
    "more padding": KNOWN + "=",
    "a space": " " + KNOWN,
    "a line": KNOWN + "\n",
    "lower case": KNOWN.lower(),
    "no base64": "*" + KNOWN[1:],
    "nothing": "",
    "upper case uuid": encode("Case", _K1.upper()),
    "no dashes": encode("Case", _K1.replace("-", "")),
    "braces": encode("Case", f"{{{_K1}}}"),
    "another type": encode("Subject", _K1),
    "no such type": encode("Nothing", _K1),
    "only a type": encode("Case", ""),
    "the bare uuid": _K1,
    "not text": "/////w==",
    "a null byte": encode("Case", _K1 + "\0"),
    "long": KNOWN * 300,
}


@pytest.mark.parametrize("field", ["case", "node", "workspace"])
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_another_spelling_of_an_id_is_not_found(street: World, field: str, spelling: str) -> None:
    """T-02: an id has one spelling; all others are answered as an absent one."""
    document = f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}"
    known = node("Workspace", "contoso/W1") if field == "workspace" else node("Case", "contoso/K1")
    assert (await street.data(ADMINISTRATOR, document, {"id": known}))[field]["id"] == known
    odd = await street.ask(ADMINISTRATOR, document, {"id": SPELLINGS[spelling]})
    absent = await street.ask(ADMINISTRATOR, document, {"id": encode("Case", str(uuid4()))})
    assert told(odd) == told(absent)
    assert odd.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_one_strange_alias_leaves_the_others_alone(street: World) -> None:
    """T-15: A's data, NOT_FOUND at B's path, the same as for an id that nobody has."""
    document = "query($a: ID!, $b: ID!) { a: workspace(id: $a) { id } b: workspace(id: $b) { id } }"
    mine = node("Workspace", "contoso/W1")
    foreign = await street.ask(ADMINISTRATOR, document, {"a": mine, "b": node("Workspace", "fabrikam/W1")})
    absent = await street.ask(ADMINISTRATOR, document, {"a": mine, "b": encode("Workspace", str(uuid4()))})
    assert told(foreign) == told(absent)
    assert foreign.json()["data"] == {"a": {"id": mine}, "b": None}
    (error,) = foreign.json()["errors"]
    assert (error["path"], error["extensions"]) == (["b"], {"code": "NOT_FOUND"})
    assert CONTOSO not in foreign.text
