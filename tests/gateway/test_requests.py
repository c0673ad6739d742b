"""What counts as a GraphQL request, byte by byte."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import requests
from tenancy.errors import Refusal

ASK = {"query": "{ viewer { name } }"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_json_is_read_as_it_is(value: Any) -> None:
    assert requests.strict(orjson.dumps(value)) == value
    assert requests.strict(json.dumps(value, indent=2).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b'{"query": "{a}", "query": "{b}"}',
        b'{"query": "{a}", "variables": {"id": 1, "id": 2}}',
        b'{"query": "{a}", "variables": {"list": [{"id": 1, "i\\u0064" : 2}]}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\xff"}',
        b'{"a": 1}}',
        b"{'a': 1}",
        b'{"a": ' + b"[" * 70 + b"]" * 70 + b"}",
        b"[" * 100_000,
        b'{"v": ' * 50_000 + b"1" + b"}" * 50_000,
    ],
    ids=lambda text: text[:32].decode(errors="replace"),
)
def test_what_could_be_read_in_two_ways_is_not_read(text: bytes) -> None:
    """H-04, G-15"""
    with pytest.raises(Refusal) as refused:
        requests.strict(text)
    assert refused.value.code == "BAD_REQUEST"


@pytest.mark.parametrize("text", [b'{"a": "\\"b\\": 1"}', b'{"query": "{ a(x: \\"y\\" : 1) }", "b": {"a": 1}}'])
def test_text_that_looks_like_a_name_is_none(text: bytes) -> None:
    assert requests.strict(text) == json.loads(text)


@pytest.mark.parametrize("nesting", [1, 60])
def test_variables_may_be_nested_as_deep_as_anybody_needs(nesting: int) -> None:
    assert requests.strict(b"[" * nesting + b"]" * nesting) is not None
