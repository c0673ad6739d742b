from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from resolvers.rules.partnerships import (
    DELEGABLE,
    Relationship,
    days_left,
    end_told,
    ends_at,
    extends,
    move,
    opens_insights,
    opens_records,
    request,
    status_told,
    to_tell,
)
from resolvers.rules.refused import Refused
from tenancy.words import RelationshipKind, RelationshipStatus, Role

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ACTIVE, EXPIRED, TERMINATED = (
    RelationshipStatus.ACTIVE,
    RelationshipStatus.EXPIRED,
    RelationshipStatus.TERMINATED,
)
DESK = (Role.SERVICE_REPRESENTATIVE,)
DELEGATED = Relationship(RelationshipKind.DELEGATED, ACTIVE, DESK, NOW - 100 * DAY, NOW + 100 * DAY)
RESELLER = Relationship(RelationshipKind.RESELLER, ACTIVE, (), NOW - 100 * DAY)
BEFORE = (
    RelationshipStatus.CREATED,
    RelationshipStatus.APPROVAL_PENDING,
    RelationshipStatus.APPROVED,
    RelationshipStatus.ACTIVATING,
)


def test_ae_54_selling_opens_no_records_and_acting_opens_no_insights() -> None:
    assert opens_insights(RESELLER, NOW)
    assert not opens_records(RESELLER, NOW)
    assert opens_records(DELEGATED, NOW)
    assert not opens_insights(DELEGATED, NOW)
    assert not opens_records(replace(DELEGATED, kind=RelationshipKind.RESELLER), NOW)
    assert not opens_insights(replace(RESELLER, kind=RelationshipKind.DELEGATED), NOW)


@pytest.mark.parametrize(("offset", "expected"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_t_17_records_close_with_the_very_second(offset: timedelta, expected: bool) -> None:
    assert opens_records(DELEGATED, NOW + 100 * DAY + offset) is expected


@pytest.mark.parametrize(
    "short_of_something",
    [
        replace(DELEGATED, roles=()),
        replace(DELEGATED, activated_at=None),
        replace(DELEGATED, activated_at=NOW + SECOND),
        replace(DELEGATED, ends_at=None),
        *(
            replace(DELEGATED, status=status)
            for status in RelationshipStatus
            if status not in (ACTIVE, RelationshipStatus.EXPIRING)
        ),
    ],
)
def test_records_open_only_when_nothing_is_missing(short_of_something: Relationship) -> None:
    assert not opens_records(short_of_something, NOW)


@pytest.mark.parametrize(("days", "expected"), [(0, True), (27, True), (28, False), (29, False)])
def test_d_27_insights_stay_open_for_28_days_after_the_end(days: int, expected: bool) -> None:
    ended = replace(RESELLER, status=EXPIRED, ends_at=NOW - days * DAY)
    assert opens_insights(ended, NOW) is expected


def test_a_relationship_opens_with_the_second_of_its_activation() -> None:
    assert opens_records(replace(DELEGATED, activated_at=NOW), NOW)


def test_an_ended_relationship_whose_end_is_unknown_opens_nothing() -> None:
    assert not opens_insights(replace(RESELLER, status=TERMINATED), NOW)


@pytest.mark.parametrize("status", BEFORE)
def test_an_offer_opens_nothing(status: RelationshipStatus) -> None:
    offer = replace(RESELLER, status=status, activated_at=None)
    assert not opens_insights(offer, NOW)
    assert not opens_insights(replace(offer, activated_at=NOW + DAY), NOW)


@pytest.mark.parametrize("activated_at", [None, NOW + SECOND])
@pytest.mark.parametrize("end", [None, NOW + DAY])
def test_a_seller_that_has_not_begun_sees_nothing(activated_at: datetime | None, end: datetime | None) -> None:
    assert not opens_insights(replace(RESELLER, activated_at=activated_at, ends_at=end), NOW)
    assert opens_insights(replace(RESELLER, activated_at=NOW, ends_at=end), NOW)


@pytest.mark.parametrize(
    ("roles", "days", "extension", "field"),
    [
        ((), 30, 0, "roles"),
        ((Role.CSAM,), 30, 0, "roles"),
        ((Role.MEMBER,), 30, 0, "roles"),
        (DESK, 0, 0, "duration_days"),
        (DESK, 731, 0, "duration_days"),
        (DESK, 30, 90, "auto_extend_days"),
        ((Role.GLOBAL_ADMIN, *DESK), 30, 180, "auto_extend_days"),
    ],
)
def test_i_20_what_cannot_be_offered(roles: tuple[Role, ...], days: int, extension: int, field: str) -> None:
    assert request(roles, days, extension) == Refused("BAD_USER_INPUT", "I-20", field)


@pytest.mark.parametrize(
    ("roles", "days", "extension"),
    [(DESK, 1, 0), (DESK, 730, 180), ((Role.GLOBAL_ADMIN,), 365, 0), (tuple(DELEGABLE), 1, 0)],
)
def test_i_20_what_can(roles: tuple[Role, ...], days: int, extension: int) -> None:
    assert request(roles, days, extension) is None


EXTENDED = replace(DELEGATED, auto_extend_days=180)


@pytest.mark.parametrize(
    ("after", "end"),
    [(99 * DAY, 100), (100 * DAY, 280), (280 * DAY - SECOND, 280), (280 * DAY, 460), (999 * DAY, 1000)],
)
def test_i_20_an_end_is_put_off_by_180_days_each_time_it_comes(after: timedelta, end: int) -> None:
    now = NOW + after
    assert end_told(EXTENDED, now) == NOW + end * DAY
    assert opens_records(EXTENDED, now)
    assert status_told(EXTENDED, now) is ACTIVE
    assert days_left(EXTENDED, now) == (NOW + end * DAY - now).days


def test_i_20_an_end_that_is_far_is_not_moved() -> None:
    far = replace(EXTENDED, ends_at=NOW + 700 * DAY)
    assert end_told(far, NOW) == NOW + 700 * DAY
    assert days_left(far, NOW) == 700


@pytest.mark.parametrize(
    "final",
    [
        DELEGATED,
        replace(EXTENDED, roles=(Role.GLOBAL_ADMIN,)),
        replace(EXTENDED, status=TERMINATED),
        replace(EXTENDED, kind=RelationshipKind.RESELLER),
    ],
)
def test_i_20_another_end_is_final(final: Relationship) -> None:
    """Not agreed, an administrator of everything among the roles, terminated, or nothing that was lent."""
    assert not extends(final)
    assert end_told(final, NOW + 500 * DAY) == NOW + 100 * DAY
    assert not opens_records(final, NOW + 100 * DAY)


@pytest.mark.parametrize(
    ("after", "status"),
    [(70 * DAY, ACTIVE), (70 * DAY + SECOND, RelationshipStatus.EXPIRING), (100 * DAY, EXPIRED)],
)
def test_time_alone_brings_a_delegated_relationship_to_its_end(after: timedelta, status: RelationshipStatus) -> None:
    assert status_told(DELEGATED, NOW + after) is status


def test_what_was_written_about_other_relationships_stands() -> None:
    for written in RelationshipStatus:
        assert status_told(replace(RESELLER, status=written, ends_at=NOW - DAY), NOW) is written
    assert status_told(replace(DELEGATED, status=TERMINATED), NOW + 500 * DAY) is TERMINATED
    assert status_told(replace(DELEGATED, ends_at=None), NOW) is ACTIVE
    assert end_told(replace(EXTENDED, ends_at=None), NOW) is None


def test_the_end_is_activation_plus_duration() -> None:
    assert ends_at(NOW, 30) == NOW + 30 * DAY
    assert days_left(DELEGATED, NOW) == 100
    assert days_left(DELEGATED, NOW + 200 * DAY) == 0
    assert days_left(RESELLER, NOW) is None


def test_the_status_path_is_walked_step_by_step() -> None:
    status = RelationshipStatus.CREATED
    for step in (*BEFORE[1:], ACTIVE, RelationshipStatus.EXPIRING, EXPIRED):
        assert move(status, step) is step
        status = step


# Domain section 3.5, as it is written there.
PATHS = """
CREATED -> APPROVAL_PENDING -> APPROVED -> ACTIVATING -> ACTIVE -> EXPIRING -> EXPIRED
ACTIVE -> TERMINATION_REQUESTED -> TERMINATING -> TERMINATED
EXPIRING -> TERMINATION_REQUESTED
"""


def test_3_5_there_is_no_other_way_to_a_status() -> None:
    paths = [line.split(" -> ") for line in PATHS.split("\n")]
    steps = {step for path in paths for step in pairwise(path)}
    for status in RelationshipStatus:
        for to in RelationshipStatus:
            moved = move(status, to)
            assert (moved is to) is ((status.name, to.name) in steps)
            assert moved is to or moved == Refused("BAD_USER_INPUT", "I-20", "status", {"status": status})


def test_what_nears_its_end_is_open_until_then() -> None:
    assert opens_records(replace(DELEGATED, status=RelationshipStatus.EXPIRING), NOW)
    assert opens_insights(replace(RESELLER, status=RelationshipStatus.EXPIRING), NOW)
    assert end_told(replace(EXTENDED, status=RelationshipStatus.EXPIRING), NOW + 100 * DAY) == NOW + 280 * DAY


@pytest.mark.parametrize("role", Role)
def test_3_5_a_customer_lends_its_own_roles_in_the_tenant_and_no_others(role: Role) -> None:
    lent = {Role.GLOBAL_ADMIN, Role.SERVICES_ADMIN, Role.SERVICE_MANAGER, Role.SERVICE_REPRESENTATIVE}
    assert (request([role], 30, 0) is None) is (role in lent)
    assert request([*lent, role], 30, 0) == request([role], 30, 0)


def test_each_end_is_told_once_for_each_of_its_days() -> None:
    """3.5: what was told of this end counts, what was told of another does not"""
    end = NOW + 5 * DAY
    near = replace(DELEGATED, ends_at=end)
    told = [(None, None), (end, 30), (end, 7), (end, 1), (end + DAY, 7)]
    assert [to_tell(near, *each, NOW) for each in told] == [7, 7, None, None, 7]


def test_only_what_runs_and_ends_for_good_is_told() -> None:
    """I-20"""
    near = replace(DELEGATED, ends_at=NOW + 5 * DAY)
    others = [
        replace(near, auto_extend_days=180),
        replace(near, status=TERMINATED),
        replace(near, kind=RelationshipKind.RESELLER),
        replace(near, ends_at=None),
        replace(near, activated_at=None),
    ]
    assert [to_tell(each, None, None, NOW) for each in others] == [None] * 5
