"""What the desk does with cases (5.4)."""

import strawberry

from resolvers.commands import command
from schema import case_closing, case_family, case_patch, catalogue_input, timeline
from schema.case_answer import CasePayload
from schema.catalogue_input import CustomerPayload, ProductPayload, SubjectPayload
from schema.timeline import TimelinePayload


@strawberry.type
class CaseEditing:
    update_case: CasePayload | None = command(
        case_patch.update_case,
        description="Edit an active case. Another customer takes the entitlement off; another product, contact or "
        "channel must be covered by it.",
    )
    apply_entitlement: CasePayload | None = command(
        case_patch.apply_entitlement,
        description="Put an entitlement on a case, or take it off: an old charge comes back first, the SLA follows.",
    )
    set_decrement: CasePayload | None = command(
        case_patch.set_decrement,
        description="Exempt a case from charging its entitlement, or take that back; for desk managers.",
    )
    assign_case: CasePayload | None = command(case_patch.assign_case, description="Hand a case to another owner.")


@strawberry.type
class CaseClosing:
    resolve_case: CasePayload | None = command(
        case_closing.resolve_case,
        description="Resolve a case. Open activities need a confirmation, and are cancelled then.",
    )
    cancel_case: CasePayload | None = command(
        case_closing.cancel_case,
        description="Cancel a case whose activities are all closed; terms charged at its creation come back.",
    )
    reactivate_case: CasePayload | None = command(
        case_closing.reactivate_case,
        description="Open a closed case again, and settle its terms anew; a merged case stays merged.",
    )
    move_stage: CasePayload | None = command(
        case_closing.move_stage,
        description="Move the process of a case by one stage; finishing it does not resolve the case.",
    )
    abandon_process: CasePayload | None = command(
        case_closing.abandon_process, description="Give the process of a case up."
    )


@strawberry.type
class CaseFamily:
    create_child_case: CasePayload | None = command(
        case_family.create_child_case,
        description="Open a case below another one; it takes on title, customer and workspace. Answers the child.",
    )
    add_child_cases: CasePayload | None = command(
        case_family.add_child_cases,
        description="Put existing active cases below another one. Answers the parent.",
    )
    remove_child_case: CasePayload | None = command(
        case_family.remove_child_case,
        description="Take a case out from below its parent. Answers the parent.",
    )
    merge_cases: CasePayload | None = command(
        case_family.merge_cases,
        description="Make one case of two to ten: the others are cancelled as merged, and their activities and "
        "children move. Answers the survivor.",
    )
    link_article: CasePayload | None = command(
        case_family.link_article, description="Link a published article to a case, once."
    )
    unlink_article: CasePayload | None = command(
        case_family.unlink_article, description="Take the link to an article away."
    )


@strawberry.type
class TimelineWriting:
    add_timeline_entry: TimelinePayload | None = command(
        timeline.add_timeline_entry,
        description="Write an activity, a note or a post on a case. Closed cases take posts of managers only.",
    )
    complete_activity: TimelinePayload | None = command(
        timeline.complete_activity, description="Close an open activity as done."
    )


@strawberry.type
class CatalogueAdding:
    create_subject: SubjectPayload | None = command(
        catalogue_input.create_subject, description="Add a topic; for desk managers."
    )
    create_product: ProductPayload | None = command(
        catalogue_input.create_product, description="Add a product; for desk managers."
    )
    create_customer: CustomerPayload | None = command(
        catalogue_input.create_customer, description="Add an account or a contact; for the desk."
    )


@strawberry.type
class CaseWork(CaseEditing, CaseClosing, CaseFamily, TimelineWriting, CatalogueAdding):
    pass
