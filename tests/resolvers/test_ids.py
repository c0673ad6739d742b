"""Global ids: one spelling, whether written one by one or a whole level at once."""

from uuid import uuid4

import pytest

from resolvers import ids


@pytest.mark.parametrize("type_name", ["Case", "User", "Tenant", "Customer", "Entitlement", "Agreement", "A", "AB"])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_ids_of_a_level_are_spelled_as_each_alone(type_name: str, count: int) -> None:
    keys = [str(uuid4()) for _ in range(count)]
    assert ids.encode_all(type_name, keys) == [ids.encode(type_name, key) for key in keys]


def test_what_was_encoded_at_once_is_found_again() -> None:
    keys = [str(uuid4()) for _ in range(3)]
    assert [ids.of("Case", id) for id in ids.encode_all("Case", iter(keys))] == keys
