"""Children, merged cases and linked articles (CS-40..44, CS-57)."""

from dataclasses import asdict

import strawberry

from resolvers import case_hierarchy as work
from resolvers import ids, knowledge
from resolvers.once import once
from schema.case_answer import KEY, CaseAnswered, case_of, cases_of, once_for
from schema.case_input import NewCase
from schema.words import SupportKind
from schema.words.work import ArticleUsage
from tenancy.changes import Change
from tenancy.errors import BadInput

MOST_CHILDREN = 100


@strawberry.input(description="A new case below another one, whose title, customer and workspace it takes on.")
class CreateChildCaseInput(NewCase):
    idempotency_key: str = strawberry.field(description=KEY)
    parent_id: strawberry.ID = strawberry.field(description="The case above.")
    support_kind: SupportKind | None = strawberry.field(
        default=None, description="Which kind of support it asks for; without it that of its parent."
    )


@strawberry.input(description="Existing cases for a parent.")
class AddChildCasesInput:
    parent_id: strawberry.ID = strawberry.field(description="The case above; it has no parent itself.")
    child_ids: list[strawberry.ID] = strawberry.field(description="1 to 100 active cases without children.")


@strawberry.input(description="A child of a case.")
class RemoveChildCaseInput:
    parent_id: strawberry.ID = strawberry.field(description="The case above.")
    child_id: strawberry.ID = strawberry.field(description="The case below it.")


@strawberry.input(description="Cases that become one.")
class MergeCasesInput:
    idempotency_key: str = strawberry.field(description=KEY)
    target_id: strawberry.ID = strawberry.field(description="The case that stays, with all of its own values.")
    case_ids: list[strawberry.ID] = strawberry.field(
        description="The cases to merge into it; with it two to ten, all active and under the same parent or none."
    )


@strawberry.input(description="A link between a case and an article.")
class LinkArticleInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    article_id: strawberry.ID = strawberry.field(description="The published article.")
    usage: ArticleUsage = strawberry.field(description="What it did for the case.")
    sent_to_customer: bool = strawberry.field(default=False, description="Whether the customer got it.")


@strawberry.input(description="A link between a case and an article that is to go.")
class UnlinkArticleInput:
    case_id: strawberry.ID = strawberry.field(description="The case.")
    article_id: strawberry.ID = strawberry.field(description="The article.")


async def create_child_case(change: Change, input: CreateChildCaseInput) -> CaseAnswered:
    parent_id = case_of(input.parent_id, "parent_id")
    wanted = input.opening(title="", support_kind=SupportKind.OTHER)
    answer = await once(
        change,
        "createChildCase",
        input.idempotency_key,
        {name: value for name, value in asdict(input).items() if name != "idempotency_key"},
        lambda: work.create_child_case(change, parent_id, wanted, input.support_kind),
    )
    return CaseAnswered(case_id=answer["case_id"])


async def add_child_cases(change: Change, input: AddChildCasesInput) -> CaseAnswered:
    parent_id, child_ids = case_of(input.parent_id, "parent_id"), cases_of(input.child_ids, "child_ids")
    if not 1 <= len(child_ids) <= MOST_CHILDREN:
        raise BadInput(field="child_ids", rule="I-12", details={"minimum": 1, "maximum": MOST_CHILDREN})
    await work.add_child_cases(change, parent_id, child_ids)
    return CaseAnswered(case_id=parent_id)


async def remove_child_case(change: Change, input: RemoveChildCaseInput) -> CaseAnswered:
    parent_id = case_of(input.parent_id, "parent_id")
    await work.remove_child_case(change, parent_id, case_of(input.child_id, "child_id"))
    return CaseAnswered(case_id=parent_id)


async def merge_cases(change: Change, input: MergeCasesInput) -> CaseAnswered:
    target_id, case_ids = case_of(input.target_id, "target_id"), cases_of(input.case_ids, "case_ids")
    return await once_for(change, "mergeCases", input, target_id, lambda: work.merge_cases(change, target_id, case_ids))


async def link_article(change: Change, input: LinkArticleInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    article_id = ids.of("KnowledgeArticle", input.article_id, field="article_id")
    await knowledge.link_article(change, case_id, article_id, input.usage, input.sent_to_customer)
    return CaseAnswered(case_id=case_id)


async def unlink_article(change: Change, input: UnlinkArticleInput) -> CaseAnswered:
    case_id = case_of(input.case_id)
    await knowledge.unlink_article(change, case_id, ids.of("KnowledgeArticle", input.article_id, field="article_id"))
    return CaseAnswered(case_id=case_id)
