"""Rows as of a past day: what a page that was asked for such a day hands down to the fields below it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from resolvers.pages import Page
from tenancy.scope import Scope


class Dated:
    """A row, and the day that its state and its figures speak of."""

    __slots__ = ("as_of", "row")

    def __init__(self, row: Any, as_of: date) -> None:
        self.row, self.as_of = row, as_of

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    def __getitem__(self, name: str) -> Any:
        return self.row[name]


def on_day(row: Any, as_of: date | None) -> Any:
    """The row as of a past day; None leaves it in the present."""
    return row if as_of is None else Dated(row, as_of)


def day_of(row: Any, scope: Scope) -> date:
    """The day that a row speaks of: today, unless it was asked for an earlier one."""
    return row.as_of if type(row) is Dated else scope.today


def past_day(row: Any) -> date | None:
    """The past day that a row speaks of, if any."""
    return row.as_of if type(row) is Dated else None


def dated(page: Page, as_of: date | None) -> Page:
    """The page with its rows as of a past day; None leaves them in the present."""
    if as_of is not None:
        told: list[Any] = [on_day(row, as_of) for row in page.nodes]
        page.nodes = told
    return page


def dated_like(pages: Sequence[Page | Exception], parents: Sequence[Any]) -> list[Page | Exception]:
    """Pages under parents, each as of its parent's day."""
    return [
        page if isinstance(page, Exception) else dated(page, past_day(parent))
        for page, parent in zip(pages, parents, strict=True)
    ]
