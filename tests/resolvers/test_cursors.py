"""Cursors say nothing and fit nowhere else (T-06)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.cursors import Seal
from tenancy.errors import BadInput

SEAL = Seal(b"k" * 32)
POSITION = ["2025-06-15T12:00:00+00:00", "6f1c2b0e-5d0a-4c55-9d3e-0d5a7c1e2f40"]
PURPOSE = ["tenant", "tid", "oid", "cases", "newest", [["workspace_id", "w"]], None]


def refuses(cursor: str, purpose: Any = PURPOSE, seal: Seal = SEAL) -> None:
    with pytest.raises(BadInput) as refused:
        seal.open(cursor, purpose)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT", "field": "after"}


@given(st.lists(st.text() | st.integers(-(2**53), 2**53) | st.none()))
def test_a_cursor_gives_its_place_back(position: list[Any]) -> None:
    assert SEAL.open(SEAL.close(position, PURPOSE), PURPOSE) == position


def test_it_is_the_same_on_every_worker() -> None:
    assert Seal(b"k" * 32).close(POSITION, PURPOSE) == SEAL.close(POSITION, PURPOSE)


def test_it_reveals_nothing() -> None:
    sealed = urlsafe_b64decode(SEAL.close(POSITION, PURPOSE) + "==")
    assert b"2025" not in sealed
    assert b"6f1c2b0e" not in sealed


@pytest.mark.parametrize("place", range(len(PURPOSE)))
def test_it_fits_its_purpose_only(place: int) -> None:
    refuses(SEAL.close(POSITION, PURPOSE), [*PURPOSE[:place], "other", *PURPOSE[place + 1 :]])


def test_another_installation_cannot_read_it() -> None:
    refuses(SEAL.close(POSITION, PURPOSE), seal=Seal(b"o" * 32))


@given(st.data())
def test_one_bit_is_enough_to_spoil_it(data: st.DataObject) -> None:
    sealed = bytearray(urlsafe_b64decode(SEAL.close(POSITION, PURPOSE) + "=="))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    refuses(urlsafe_b64encode(sealed).decode().rstrip("="))


@given(st.text())
def test_any_other_text_is_refused_alike(text: str) -> None:
    refuses(text)


@pytest.mark.parametrize("change", [lambda c: c + "=", lambda c: c + "!", lambda c: f" {c}", lambda c: c[:-1]])
def test_there_is_one_spelling(change: Any) -> None:
    refuses(change(SEAL.close(POSITION, PURPOSE)))
