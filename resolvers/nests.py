"""Pages under the rows of a page, read in the same statement (H-4, H-5).

A document mostly says beforehand how long the pages under its rows are. So the statement of a page brings them along,
level below level, and what some of their fields read by their ids (`tenancy.cascade`). The fields ask as ever, and find
what they want in the `Found` of the operation's loaders; what is not there they ask for themselves.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from resolvers.listings import MOST, Listing, Order
from resolvers.relations import Fold, columns_of, folds_of
from resolvers.selection import Selection
from tenancy.cascade import Cascade, Step
from tenancy.remembered import remembered
from tenancy.statements import Statement
from tenancy.tables import Table

MOST_STEPS: Final = 8
"""In one statement; what is beyond is asked for on its own."""


@dataclass(frozen=True)
class Content:
    """What a page holds: columns of its rows, relations that come along, and pages and statements below them."""

    columns: frozenset[str]
    folds: tuple[Fold, ...]
    nests: tuple["Nest", ...] = ()
    beside: tuple[Statement, ...] = ()

    @cached_property
    def _hash(self) -> int:
        return hash((self.columns, self.folds, self.nests, self.beside))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Nest:
    """First pages of a listing under all rows of a page."""

    listing: Listing
    first: int
    content: Content


@remembered
def content_of(selection: Selection, table: type[Table]) -> Content:
    """What a connection's selection wants of its pages."""
    nodes, edges = selection.child("nodes"), selection.child("edges").child("node")
    columns = columns_of(table, nodes.columns) | columns_of(table, edges.columns)
    folds = folds_of(table, nodes, edges)
    if nodes.columns is None or selection.has("edges"):
        return Content(columns, folds)
    nests = tuple(
        Nest(listing, first, content_of(nodes.fields[name], listing.table))
        for name, (listing, first) in sorted(nodes.lists.items())
        if 1 <= first <= MOST
    )
    return Content(columns, folds, nests, tuple(sorted(nodes.beside, key=id)))


@dataclass(frozen=True)
class Tree:
    """A page with all that comes along with it, as one statement; `asked` says what each step but the first is, and
    whose ids are its keys."""

    cascade: Cascade
    asked: tuple[tuple[int, Nest | Statement], ...]


@remembered
def tree_of(statement: Statement, content: Content) -> Tree | None:
    """The statement of a page with what stands below it; None when nothing does."""
    steps, waiting = [Step(statement)], [(0, content)]
    asked: list[tuple[int, Nest | Statement]] = []
    while waiting:
        above, holds = waiting.pop(0)
        below: tuple[Nest | Statement, ...] = (*holds.nests, *holds.beside)
        for each in below:
            if len(steps) >= MOST_STEPS:
                break
            asked.append((above, each))
            if isinstance(each, Nest):
                waiting.append((len(steps), each.content))
                steps.append(Step(rows_of(each), above, {"limit": each.first + 1}))
            else:
                steps.append(Step(each, above))
    return Tree(Cascade(steps), tuple(asked)) if asked else None


def rows_of(nest: Nest) -> Statement:
    """The statement of these pages, if it is asked on its own."""
    return page_rows(nest.listing, frozenset(), nest.listing.order, nest.content)


def page_rows(
    listing: Listing, active: frozenset[str], order: Order, content: Content, *, after: bool = False
) -> Statement:
    """The statement of a page that holds this, without what stands below it."""
    return listing.rows(active, order, after, content.columns, content.folds)
