"""R8: random requests, 1,500 of them here, 200,000 by `make fuzz`: no failure of ours, and every answer in its form."""

import pytest

from tests.fuzz.asking import fuzz
from tests.fuzz.drafts import Sent
from tests.fuzz.judging import Answer, faults
from tests.world import World

REQUESTS = 1_500


@pytest.mark.timeout(300)
async def test_random_requests_meet_no_failure_of_ours(fresh_world: World) -> None:
    tally = await fuzz(fresh_world, REQUESTS, seed=20250615)
    assert tally.wrong == []
    assert tally.asked == REQUESTS
    assert {200, 400, 401, 404, 405, 415} <= tally.statuses.keys()
    assert {"BAD_REQUEST", "BAD_USER_INPUT", "NOT_FOUND", "GRAPHQL_VALIDATION_FAILED"} <= tally.codes.keys()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"errors": [{"message": "x", "extensions": {"code": "BAD_REQUEST"}}]}'),
        (503, b'{"errors": [{"message": "x", "extensions": {"code": "UNAVAILABLE"}}]}'),
        (200, b"not JSON"),
        (200, b'{"errors": [{"message": "x", "extensions": {"code": "BAD_REQUEST"}}]}'),
        (400, b'{"errors": [{"message": "x", "extensions": {"code": "MADE_UP"}}]}'),
        (200, b'{"data": null, "errors": [{"message": "asyncpg", "extensions": {"code": "BAD_USER_INPUT"}}]}'),
        (200, b'{"data": null, "more": 1}'),
        (200, b'{"data": null, "errors": []}'),
    ],
)
def test_the_judge_sees_what_is_wrong(status: int, body: bytes) -> None:
    kind = {b"content-type": b"application/graphql-response+json; charset=utf-8"}
    assert list(faults(Sent(), Answer(status, kind, body)))
