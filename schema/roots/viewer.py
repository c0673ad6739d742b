"""Who asks, and any object by its id."""

import strawberry

from resolvers import ids
from resolvers.arguments import GlobalId
from resolvers.batch import Level
from resolvers.fields import question
from resolvers.lookup import find
from schema.node import Node, nodes, record
from schema.viewer import Viewer
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.viewer import Viewer as Principal


def _viewer(info: Level) -> Principal:
    found: Principal = info.context.viewer
    return found


async def _node(info: Level, id: GlobalId) -> Row:
    type_name, _ = ids.decode(id)
    table = nodes().get(type_name)
    if table is None:
        raise NotFound()
    return await find(info, type_name, table, id, record(type_name))


@strawberry.type
class ViewerQueries:
    viewer: Viewer = question(_viewer, description="Who asks.", applications=True)
    node: Node | None = question(_node, description="Any object by its global id.")
