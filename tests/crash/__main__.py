"""`make crash`: every kill of security.md 2.10 in full, one line for each, and a word at the end (D-01, D-02)."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.crash.grounds import based
from tests.crash.storm import Plan, Round, Storm, storm
from tests.gateway.test_process import free_port

SERVER = Plan(cases=1000, terms=800, kills=20, seed=20)
DATABASE = Plan(cases=600, terms=1000, kills=10, seed=10)
FORGETFUL = Plan(cases=600, terms=1000, kills=10, seed=11)
_HEAD = "| open transactions | answered | committed | of them unsaid | lost | remaining | wrong | back after |"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def begin(title: str, plan: Plan) -> None:
    """The head of one storm's table."""
    say(f"\n## {title}: {plan.cases} createCase, {plan.terms} terms, {plan.kills} kills, seed {plan.seed}\n\n{_HEAD}")
    say("|" + " --- |" * 8)


def told(each: Round) -> None:
    """One line of it."""
    books = each.books
    wrong = "; ".join(books.trouble) or "nothing"
    cells = (each.open, each.acked, books.cases, books.unsaid, len(books.lost), books.remaining, wrong)
    say("| " + " | ".join(map(str, cells)) + f" | {each.back:.1f} s |")


async def settled(there: Storm, rounds: list[Round]) -> bool:
    """Whether all is well after everybody has come again; says what is there."""
    books = await there.settle()
    opened = min(there.plan.cases, there.plan.terms)
    refused = sum(answer == "ENTITLEMENT_EXHAUSTED" for answer in there.crowd.acked.values())
    say(
        f"\nAfter {there.crowd.repeats} repeated calls: {books.cases} cases, {refused} refused as exhausted,"
        f" {books.remaining} terms left, {len(books.lost)} lost, wrong: {'; '.join(books.trouble) or 'nothing'},"
        f" codes that nobody expected: {', '.join(sorted(set(there.crowd.surprises))) or 'none'}."
    )
    if not any(each.open for each in rounds):
        say("Void: no kill met an open transaction.")
        return False
    told_well = all(
        not each.books.lost and not each.books.trouble and each.books.remaining == there.plan.terms - each.books.cases
        for each in rounds
    )
    ended = (books.cases, refused) == (opened, there.plan.cases - opened) and not books.lost and not books.trouble
    return told_well and ended and books.remaining == there.plan.terms - opened and not there.crowd.surprises


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gateway-crash-") as name:
        Path(name).chmod(0o711)  # so that root can hand the server to an account that is not root
        yield Path(name)


@asynccontextmanager
async def _storm(title: str, plan: Plan, *, forgetful: bool = False) -> AsyncIterator[Storm]:
    with _folder() as folder:
        async with based(folder) as base:
            if forgetful:
                await base.forget()
            async with storm(base, free_port(), plan) as there:
                begin(title, plan)
                there.tell = told
                yield there


async def control() -> bool:
    """The same kills of a PostgreSQL that does not wait for its disk: who finds no loss there would find none here."""
    async with _storm(
        "Control, kill -9 of a PostgreSQL with synchronous_commit = off", FORGETFUL, forgetful=True
    ) as there:
        lost = sum(len(each.books.lost) for each in await there.database_dies())
    say(f"\n{lost} acknowledged cases are gone, as they must be." if lost else "\nVoid: nothing was lost.")
    return lost > 0


async def main() -> bool:
    well = []
    async with _storm("D-01, kill -9 of the gateway", SERVER) as there:
        well.append(await settled(there, await there.server_dies()))
    async with _storm("D-02, kill -9 of every process of PostgreSQL", DATABASE) as there:
        well.append(await settled(there, await there.database_dies()))
    well.append(await control())
    say("\nNothing was lost and nothing was done twice." if all(well) else "\nSOMETHING IS WRONG.")
    return all(well)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
