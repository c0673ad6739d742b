"""Knowledge articles, and what they did for cases (CS-19, CS-44)."""

from typing import Any

from sqlalchemy import Text, Uuid, bindparam, func, select

from resolvers.case_holding import check_editable, hold
from resolvers.catalogue import literally
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import ArticleState, ArticleUsage

ARTICLES = Listing(
    "knowledgeArticles",
    t.KnowledgeArticle,
    {
        "published": t.KnowledgeArticle.state == ArticleState.PUBLISHED,
        "search": func.lower(t.KnowledgeArticle.title).like(bindparam("search", type_=Text)),
        "subject_id": t.KnowledgeArticle.subject_id == bindparam("subject_id", type_=Uuid(as_uuid=False)),
    },
    Order("number", (("number", False),)),
)

_LINK = t.CaseArticle
LINKS = Statement(
    select(_LINK.incident_id, _LINK.article_id, _LINK.usage, _LINK.sent_to_customer)
    .where(_LINK.incident_id == KEYS)
    .order_by(_LINK.incident_id, _LINK.article_id)
)
"""The articles linked to these cases."""

_SUBJECT = Statement(select(t.Subject.id).where(t.Subject.id == KEYS))
_ARTICLE = Statement(select(t.KnowledgeArticle.state).where(t.KnowledgeArticle.id == KEYS))


async def article_filters(context: Context, search: str | None, subject_id: str | None) -> dict[str, Any]:
    """Published articles whose title contains the letters, about one subject; for the desk."""
    require(context.viewer, Action.WORK_CASES, rule="CS-44")
    values: dict[str, Any] = {"published": None}
    if search:
        values["search"] = literally(search)
    if subject_id is not None:
        if await context.scope.row(_SUBJECT, keys=[subject_id]) is None:
            raise NotFound(field="subject_id")
        values["subject_id"] = subject_id
    return values


async def link_article(change: Change, case_id: str, article_id: str, usage: ArticleUsage, sent: bool) -> None:
    """Link a published article to the case, once."""
    case = await hold(change, case_id)
    check_editable(case)
    if await change.value(_ARTICLE, keys=[article_id]) != ArticleState.PUBLISHED:
        raise NotFound(field="article_id")
    if any(row["article_id"] == article_id for row in await change.rows(LINKS, keys=[case_id])):
        raise BusinessRefusal("CONFLICT", field="article_id", rule="CS-44")
    key = {"incident_id": case_id, "article_id": article_id}
    await change.add(_LINK, {**key, "usage": usage, "sent_to_customer": sent})
    change.audit("LINK_ARTICLE", "Case", case_id, article=article_id, usage=usage)
    change.publish("case", case_id, case["workspace_id"], change="CHANGED")


async def unlink_article(change: Change, case_id: str, article_id: str) -> None:
    """Take the link away again."""
    case = await hold(change, case_id)
    check_editable(case)
    if all(row["article_id"] != article_id for row in await change.rows(LINKS, keys=[case_id])):
        raise NotFound(field="article_id")
    await change.remove(_LINK, {"incident_id": case_id, "article_id": article_id})
    change.audit("UNLINK_ARTICLE", "Case", case_id, article=article_id)
    change.publish("case", case_id, case["workspace_id"], change="CHANGED")
