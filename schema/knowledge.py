"""Knowledge articles, and their links to cases."""

from typing import Annotated

import strawberry

from resolvers import knowledge
from resolvers.batch import Level, Parents
from resolvers.fields import identified, related
from schema.catalogue import Subject
from schema.node import Node, StandsIn
from schema.words.work import ArticleState, ArticleUsage
from tenancy import tables as t
from tenancy.database import Row


@strawberry.type(description="An article of the knowledge base.")
class KnowledgeArticle(StandsIn, Node):
    id: strawberry.ID = identified("KnowledgeArticle")
    number: str = strawberry.field(description="Number of the article.")
    title: str = strawberry.field(description="Title.")
    body: str = strawberry.field(description="Text.")
    state: ArticleState = strawberry.field(description="Where it is in its life.")
    subject: Subject | None = related(t.KnowledgeArticle.subject, description="Its topic.")


@strawberry.type(description="An article that is linked to a case.")
class CaseKnowledge(StandsIn):
    usage: ArticleUsage = strawberry.field(description="What it did for the case.")
    sent_to_customer: bool = strawberry.field(description="Whether the customer got it.")
    article: Annotated["KnowledgeArticle", strawberry.lazy("schema.knowledge")] | None = related(
        t.CaseArticle.article, description="The article."
    )


async def linked(parents: Parents, info: Level) -> list[list[Row]]:
    """The links of each case."""
    found: dict[str, list[Row]] = {row.id: [] for row in parents}
    for link in await info.context.scope.rows(knowledge.LINKS, keys=sorted(found)):
        found[link["incident_id"]].append(link)
    return [found[row.id] for row in parents]
