"""Fields that are had for all parents at once: when nobody is asked, and what goes wrong for all of them."""

import pytest

from tests.schema.execution.shop import Context
from tests.schema.execution.test_run import run


async def test_nobody_is_asked_for_what_belongs_to_an_empty_list() -> None:
    context = Context(length=0)
    outcome = await run("{ orders { customer { name } lines shouted } }", context)
    assert outcome.data == {"orders": []}
    assert context.calls == []


@pytest.mark.parametrize("name", ["failing", "failingAtOnce"])
async def test_the_error_of_a_batch_is_the_error_of_every_slot(name: str) -> None:
    outcome = await run(f"{{ orders {{ number failing: {name} }} }}")
    assert [error.path for error in outcome.errors] == [["orders", at, "failing"] for at in range(3)]
    assert {error.message for error in outcome.errors} == {"no batch"}
    assert outcome.data == {"orders": [{"number": at, "failing": None} for at in range(3)]}


@pytest.mark.parametrize(("name", "python_name"), [("tooFew", "too_few"), ("tooFewAtOnce", "too_few_at_once")])
async def test_a_batch_of_the_wrong_length_is_an_error(name: str, python_name: str) -> None:
    outcome = await run(f"{{ orders {{ {name} }} }}")
    assert outcome.errors[0].message == f"{python_name} gave 0 values for 3 parents."
