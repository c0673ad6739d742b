"""Connections: pages of nodes with edges, cursors and, for who asks, a total."""

from typing import Generic, TypeVar

import strawberry

from resolvers.batch import Parents, batched

NodeType = TypeVar("NodeType")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page was asked for behind a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row: pass it as `after`.")


@strawberry.type(description="A row of a page, with its place.")
class Edge(Generic[NodeType]):
    node: NodeType = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="The place of the row; fits this list, this viewer, these filters.")


async def _total(parents: Parents) -> list[int]:
    pages = list(parents)
    found: dict[int, int] = {}
    for source in {id(page.source): page.source for page in pages}.values():
        mine = [page for page in pages if page.source is source]
        counts = await source.count([page.parent for page in mine])
        found |= {id(page): count for page, count in zip(mine, counts, strict=True)}
    return [found[id(page)] for page in pages]


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeType]):
    nodes: list[NodeType] = strawberry.field(description="The rows of this page.")
    edges: list[Edge[NodeType]] = strawberry.field(description="The rows with their cursors.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and where.")
    total_count: int = batched(
        _total, columns=("source", "parent"), description="All rows of the list; counted only when asked for."
    )
