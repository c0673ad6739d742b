"""Pages of explanations: segment after segment, each by its own keyset, with one cursor over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from resolvers.drill_down import ROWS
from resolvers.explanations import Explanation, Grant, Row, Uses, counted
from resolvers.pages import Page, PageInfo, Request, Source
from resolvers.retold import RetoldEdge
from resolvers.rules.quantities import two_places
from resolvers.selection import Selection
from tenancy.errors import BadInput

_WANTED = Selection(frozenset(), {"nodes": Selection(frozenset({"id", "quantity"}))})


@dataclass(frozen=True, slots=True)
class Placed:
    """A row, in which segment it is, and its place there."""

    row: Row
    segment: int
    place: str | None


class ExplanationPage:
    """What a connection reads from."""

    def __init__(self, explanation: Explanation, found: Sequence[Placed], request: Request) -> None:
        self.explanation, self.request, self.parent = explanation, request, None
        self.has_next = len(found) > request.size()
        self._placed = found[: request.size()]

    @property
    def nodes(self) -> list[Row]:
        return [each.row for each in self._placed]

    @property
    def edges(self) -> list[RetoldEdge]:
        return [RetoldEdge(each.row, self._cursor(each)) for each in self._placed]

    @property
    def page_info(self) -> PageInfo:
        ends = [self._cursor(each) for each in (self._placed[0], self._placed[-1])] if self._placed else [None, None]
        return PageInfo(self.has_next, self.request.after is not None, ends[0], ends[1])

    @property
    def source(self) -> "ExplanationPage":
        return self

    async def count(self, parents: Sequence[Any]) -> list[int]:
        """All rows of the explanation, as a connection asks for them."""
        return [await counted(self.explanation)] * len(parents)

    def _cursor(self, placed: Placed) -> str:
        seal = self.explanation.context.house.seal
        return seal.close([placed.segment, placed.place], self.explanation.purpose)


async def pages(explanations: Sequence[Explanation], request: Request) -> list[ExplanationPage | Exception]:
    """One page for each explanation; the first pages of all of them take one statement for all ledger rows."""
    request.size()
    if request.after is None:
        lines = [line for each in explanations for line in each.lines]
        near = await _first_uses(explanations[0], lines, request)
        return [await _page(each, 0, None, request, near) for each in explanations]
    return [await _behind(each, request) for each in explanations]


async def _first_uses(explanation: Explanation, lines: Sequence[Uses], request: Request) -> dict[str, Page | Exception]:
    """The first page of the ledger rows of each line, in one statement."""
    keys = sorted({line.entitlement_id for line in lines})
    if not keys:
        return {}
    source = Source(explanation.context, ROWS, Request(request.first, None, explanation.values))
    return dict(zip(keys, await source.pages(keys, _WANTED), strict=True))


async def _behind(explanation: Explanation, request: Request) -> ExplanationPage | Exception:
    """The page behind a cursor; one that was made for another explanation is malformed here."""
    try:
        number, place = explanation.context.house.seal.open(str(request.after), explanation.purpose)
        # A bought line has no place in itself: what follows it is the next segment.
        start = number + 1 if place is None else number
        later = [each for each in explanation.segments[start + 1 :] if isinstance(each, Uses)]
        near = await _first_uses(explanation, later, request)
        return await _page(explanation, start, place, request, near)
    except BadInput as refusal:
        return refusal


async def _page(
    explanation: Explanation, start: int, place: str | None, request: Request, near: dict[str, Page | Exception]
) -> ExplanationPage:
    found: list[Placed] = []
    for number in range(start, len(explanation.segments)):
        if len(found) > request.size():
            break
        found += await _segment(explanation, number, place if number == start else None, request, near)
    return ExplanationPage(explanation, found, request)


async def _segment(
    explanation: Explanation, number: int, place: str | None, request: Request, near: dict[str, Page | Exception]
) -> list[Placed]:
    segment, context = explanation.segments[number], explanation.context
    if isinstance(segment, Grant):
        return [Placed(segment.row, number, None)]
    if isinstance(segment, Uses):
        page = near.get(segment.entitlement_id) or await _uses(explanation, segment, place, request)
        if isinstance(page, Exception):
            raise page
        return _placed(page, number, segment.sign, "consumption_id")
    page = await Source(context, segment.listing, Request(request.first, place, segment.values)).page(_WANTED)
    return _placed(page, number, segment.sign, segment.names)


async def _uses(explanation: Explanation, segment: Uses, place: str | None, request: Request) -> Page | Exception:
    source = Source(explanation.context, ROWS, Request(request.first, place, explanation.values))
    (page,) = await source.pages([segment.entitlement_id], _WANTED)
    return page


def _placed(page: Page, number: int, sign: int, names: str) -> list[Placed]:
    """The rows of a page, and one more without a place when the segment goes on: it only says that there is more."""
    heads = names != "consumption_id"
    rows = [
        Placed(
            Row(
                two_places(Decimal(sign)) if heads else sign * Decimal(edge.node["quantity"]),
                **{names: edge.node["id"]},
            ),
            number,
            edge.cursor,
        )
        for edge in page.edges
    ]
    return [*rows, rows[-1]] if page.has_next else rows
