from dataclasses import fields, replace
from itertools import product

import pytest

from resolvers.rules.visibility import Standing, VisibilityReason, is_visible, reasons

MEMBER = Standing(in_workspace=True, admitted=True)


@pytest.mark.parametrize(
    ("person", "standing", "reason"),
    [
        ("Ann is in the group", replace(MEMBER, group=True), VisibilityReason.GROUP),
        ("Bo has a share", replace(MEMBER, shared=True), VisibilityReason.SHARED),
        ("Cy is primary contact", replace(MEMBER, primary_contact=True), VisibilityReason.PRIMARY_CONTACT),
        ("Di views all", replace(MEMBER, view_all=True), VisibilityReason.VIEW_ALL),
        ("the administrator", replace(MEMBER, administers=True), VisibilityReason.ADMIN),
        ("the desk", replace(MEMBER, desk=True), VisibilityReason.DESK),
    ],
)
def test_ae_20_one_reason_is_enough(person: str, standing: Standing, reason: VisibilityReason) -> None:
    assert reasons(standing) == (reason,)


def test_ae_20_a_plain_member_and_a_stranger_with_view_all_elsewhere_see_nothing() -> None:
    assert reasons(MEMBER) == ()
    assert reasons(Standing(in_workspace=True)) == ()
    assert reasons(Standing(in_workspace=True, view_all=True)) == ()


def test_ae_21_two_reasons_are_independent() -> None:
    both = replace(MEMBER, group=True, shared=True)
    assert reasons(both) == (VisibilityReason.GROUP, VisibilityReason.SHARED)
    assert is_visible(replace(both, group=False))
    assert not is_visible(replace(both, group=False, shared=False))


@pytest.mark.parametrize("facts", [*product([False, True], repeat=6)])
def test_nobody_who_is_not_admitted_sees_a_case_of_a_workspace(facts: tuple[bool, ...]) -> None:
    """WS-5: every combination of rights, without the way in."""
    standing = Standing(True, False, *facts)
    assert not is_visible(standing)
    assert is_visible(replace(standing, admitted=True)) is any(facts)


@pytest.mark.parametrize("facts", [*product([False, True], repeat=len(fields(Standing)) - 1)])
def test_a_case_without_workspace_is_for_the_desk_alone(facts: tuple[bool, ...]) -> None:
    standing = Standing(False, *facts)
    assert reasons(standing) == ((VisibilityReason.DESK,) if standing.desk else ())
