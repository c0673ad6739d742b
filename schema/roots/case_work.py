"""What the desk does with cases (5.4)."""

from typing import Any

import strawberry

from resolvers.commands import command
from schema import case_closing, case_family, case_patch, catalogue_input, timeline
from schema.case_answer import CaseAnswered, CasePayload
from schema.catalogue_input import Added, CustomerPayload, ProductPayload, SubjectPayload
from schema.timeline import EntryWritten, TimelinePayload


def _on_case(verb: Any, description: str) -> Any:
    return command(verb, CaseAnswered, description=description)


def _on_timeline(verb: Any, description: str) -> Any:
    return command(verb, EntryWritten, description=description)


def _adding(verb: Any, description: str) -> Any:
    return command(verb, Added, description=description)


@strawberry.type
class CaseEditing:
    update_case: CasePayload | None = _on_case(
        case_patch.update_case,
        "Edit an active case. Another customer takes the entitlement off; another product, contact or "
        "channel must be covered by it.",
    )
    apply_entitlement: CasePayload | None = _on_case(
        case_patch.apply_entitlement,
        "Put an entitlement on a case, or take it off: an old charge comes back first, the SLA follows.",
    )
    set_decrement: CasePayload | None = _on_case(
        case_patch.set_decrement,
        "Exempt a case from charging its entitlement, or take that back; for desk managers.",
    )
    assign_case: CasePayload | None = _on_case(case_patch.assign_case, "Hand a case to another owner.")


@strawberry.type
class CaseClosing:
    resolve_case: CasePayload | None = _on_case(
        case_closing.resolve_case,
        "Resolve a case. Open activities need a confirmation, and are cancelled then.",
    )
    cancel_case: CasePayload | None = _on_case(
        case_closing.cancel_case,
        "Cancel a case whose activities are all closed; terms charged at its creation come back.",
    )
    reactivate_case: CasePayload | None = _on_case(
        case_closing.reactivate_case,
        "Open a closed case again, and settle its terms anew; a merged case stays merged.",
    )
    move_stage: CasePayload | None = _on_case(
        case_closing.move_stage,
        "Move the process of a case by one stage; finishing it does not resolve the case.",
    )
    abandon_process: CasePayload | None = _on_case(case_closing.abandon_process, "Give the process of a case up.")


@strawberry.type
class CaseFamily:
    create_child_case: CasePayload | None = _on_case(
        case_family.create_child_case,
        "Open a case below another one; it takes on title, customer and workspace. Answers the child.",
    )
    add_child_cases: CasePayload | None = _on_case(
        case_family.add_child_cases,
        "Put existing active cases below another one. Answers the parent.",
    )
    remove_child_case: CasePayload | None = _on_case(
        case_family.remove_child_case,
        "Take a case out from below its parent. Answers the parent.",
    )
    merge_cases: CasePayload | None = _on_case(
        case_family.merge_cases,
        "Make one case of two to ten: the others are cancelled as merged, and their activities and "
        "children move. Answers the survivor.",
    )
    link_article: CasePayload | None = _on_case(case_family.link_article, "Link a published article to a case, once.")
    unlink_article: CasePayload | None = _on_case(case_family.unlink_article, "Take the link to an article away.")


@strawberry.type
class TimelineWriting:
    add_timeline_entry: TimelinePayload | None = _on_timeline(
        timeline.add_timeline_entry,
        "Write an activity, a note or a post on a case. Closed cases take posts of managers only.",
    )
    complete_activity: TimelinePayload | None = _on_timeline(
        timeline.complete_activity, "Close an open activity as done."
    )


@strawberry.type
class CatalogueAdding:
    create_subject: SubjectPayload | None = _adding(catalogue_input.create_subject, "Add a topic; for desk managers.")
    create_product: ProductPayload | None = _adding(catalogue_input.create_product, "Add a product; for desk managers.")
    create_customer: CustomerPayload | None = _adding(
        catalogue_input.create_customer, "Add an account or a contact; for the desk."
    )


@strawberry.type
class CaseWork(CaseEditing, CaseClosing, CaseFamily, TimelineWriting, CatalogueAdding):
    pass
