"""Global ids: one spelling each, and every other text is nothing (D-31, T-02)."""

from base64 import b64encode
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resolvers import ids
from tenancy.errors import NotFound

UUID = "6f1c2b0e-5d0a-4c55-9d3e-0d5a7c1e2f40"


def spelled(text: str) -> str:
    return b64encode(text.encode()).decode()


@given(st.sampled_from(["Case", "User", "Workspace"]), st.uuids())
def test_an_id_is_found_again(type_name: str, id: object) -> None:
    assert ids.decode(ids.encode(type_name, str(id))) == (type_name, str(id))
    assert ids.of(type_name, ids.encode(type_name, str(id))) == str(id)


@given(st.sampled_from(["Sla", "Case", "Agent"]), st.lists(st.uuids().map(str)))
def test_many_ids_are_written_as_each_of_them(type_name: str, many: list[str]) -> None:
    """The three lengths that base64 knows"""
    assert ids.encode_all(type_name, many) == [ids.encode(type_name, id) for id in many]


@given(st.text())
@example("")
@example("Case")
@example(UUID)
@example(spelled("Case"))
@example(spelled("Case:"))
@example(spelled(f"Case:{UUID.upper()}"))
@example(spelled(f"Case:{{{UUID}}}"))
@example(spelled(f"Case:{UUID.replace('-', '')}"))
@example(spelled(f"Case:{UUID} "))
@example(ids.encode("Case", UUID) + "=")
@example(ids.encode("Case", UUID).rstrip("="))
@example(ids.encode("Case", UUID) + "\n")
@example("é" * 20)
def test_every_other_text_is_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        ids.of("Case", text)


def test_an_id_of_another_type_is_nothing() -> None:
    with pytest.raises(NotFound) as refused:
        ids.of("Case", ids.encode("User", str(uuid4())))
    assert refused.value.extensions == {"code": "NOT_FOUND"}


@pytest.mark.parametrize("text", ["", ids.encode("User", UUID)])
def test_the_input_is_named_where_there_are_several(text: str) -> None:
    with pytest.raises(NotFound) as refused:
        ids.of("Case", text, field="parent_id")
    assert refused.value.extensions == {"code": "NOT_FOUND", "field": "parentId"}
