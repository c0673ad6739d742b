"""A page whose rows were made into something richer: the same places, the same cursors, the same total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolvers.pages import Page, PageInfo, Source


@dataclass(frozen=True, slots=True)
class Retold:
    """What a connection reads from, with `nodes` in place of the rows of `page`, one for one."""

    page: Page
    nodes: Sequence[Any]

    @property
    def edges(self) -> list["RetoldEdge"]:
        return [RetoldEdge(node, edge.cursor) for node, edge in zip(self.nodes, self.page.edges, strict=True)]

    @property
    def page_info(self) -> PageInfo:
        return self.page.page_info

    @property
    def source(self) -> Source:
        return self.page.source

    @property
    def parent(self) -> str | None:
        return self.page.parent


@dataclass(frozen=True, slots=True)
class RetoldEdge:
    """A retold row and the place of it."""

    node: Any
    cursor: str
