"""The closed set of codes, and what a refusal carries."""

import pytest

from tenancy.errors import CODES, BadInput, BusinessRefusal, Kind, Refusal, Unavailable, camel


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_it_is_and_what_to_do_next(code: str) -> None:
    meaning = CODES[code]
    refusal = Refusal(code)
    assert (refusal.message, refusal.kind, str(refusal)) == (meaning.message, meaning.kind, meaning.message)
    assert meaning.message.endswith(".")
    assert meaning.next_step.endswith(".")
    assert refusal.extensions == {"code": code}


def test_every_kind_of_refusal_has_a_code_of_the_list() -> None:
    waiting, found = [Refusal], []
    while waiting:
        kind = waiting.pop()
        found.append(kind.default)
        waiting += kind.__subclasses__()
    assert set(found) <= set(CODES)
    assert len(found) >= 8


def test_what_is_known_of_a_refusal_travels_and_nothing_else() -> None:
    refusal = BadInput(field="customer_id", rule="CS-21", details={"maximum": 3})
    assert refusal.extensions == {
        "code": "BAD_USER_INPUT",
        "field": "customerId",
        "rule": "CS-21",
        "details": {"maximum": 3},
    }
    assert Unavailable("DEADLINE_EXCEEDED").kind is Kind.TECHNICAL
    assert BusinessRefusal().kind is Kind.BUSINESS


def test_fields_are_named_as_clients_spell_them() -> None:
    assert [camel(name) for name in ("title", "customer_id", "X-Tenant")] == ["title", "customerId", "X-Tenant"]
