"""Who asks, and any object by its id."""

import strawberry

from resolvers import ids
from resolvers.arguments import GlobalId
from resolvers.batch import Level
from resolvers.fields import question
from resolvers.lookup import find
from schema.node import Node, record
from schema.viewer import Viewer
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import NotFound
from tenancy.viewer import Viewer as Principal

NODES: dict[str, type[t.Table]] = {
    "Agreement": t.Agreement,
    "Case": t.Case,
    "Consumption": t.Consumption,
    "Customer": t.Customer,
    "Entitlement": t.Entitlement,
    "ExportJob": t.ExportJob,
    "Invitation": t.Invitation,
    "KnowledgeArticle": t.KnowledgeArticle,
    "Package": t.Package,
    "PartnerRelationship": t.PartnerRelationship,
    "Product": t.Product,
    "Queue": t.Queue,
    "QueueItem": t.QueueItem,
    "RoutingRuleSet": t.RoutingRuleSet,
    "Sla": t.Sla,
    "Subject": t.Subject,
    "SupportGroup": t.SupportGroup,
    "Tenant": t.Tenant,
    "TimelineEntry": t.TimelineEntry,
    "User": t.User,
    "Webhook": t.Webhook,
    "WebhookDelivery": t.WebhookDelivery,
    "Workspace": t.Workspace,
}
"""Types that `node` finds, and where their rows are."""


def _viewer(info: Level) -> Principal:
    found: Principal = info.context.viewer
    return found


async def _node(info: Level, id: GlobalId) -> Row:
    type_name, _ = ids.decode(id)
    if type_name not in NODES:
        raise NotFound()
    return await find(info, type_name, NODES[type_name], id, record(type_name))


@strawberry.type
class ViewerQueries:
    viewer: Viewer = question(_viewer, description="Who asks.", applications=True)
    node: Node | None = question(_node, description="Any object by its global id.")
