"""The next event of what is watched is found at once, however many others lie between and whatever is known of them."""

import asyncpg
import pytest

from gateway.demo import ids as names
from resolvers import watching_subjects
from tenancy.boundaries import floor
from tests.world import World

CONTOSO, K1 = names.of("contoso"), names.of("contoso/K1")
OTHERS = """
insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)
select $1, 'case', gen_random_uuid(), '{}', now() from generate_series(1, 5000)
"""
KINDS = {
    "ix_outbox_event_subject_id": watching_subjects._OF_CASE,
    "ix_outbox_event_case": watching_subjects._CLOCKS,
}


@pytest.mark.parametrize("index", KINDS)
@pytest.mark.parametrize("analysed", [False, True])
async def test_the_next_event_is_looked_up(fresh_world: World, index: str, analysed: bool) -> None:
    """By its own index, in its order: nothing is sorted, and no event of others is read"""
    text = KINDS[index].text(frozenset())
    given = {**text.own, "after": 1, "place": K1, "named": K1, floor.TENANT: CONTOSO}
    connection = await asyncpg.connect(fresh_world.address.owner)
    await connection.execute(OTHERS, CONTOSO)
    if analysed:
        await connection.execute("analyze app.outbox_event")
    lines = await connection.fetch(f"explain {text.sql}", *(given[name] for name in text.names))
    await connection.close()
    plan = "\n".join(row[0] for row in lines)
    assert f"Index Scan using {index} " in plan, plan
    assert "Sort" not in plan, plan
