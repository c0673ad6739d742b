"""Groups, and who else sees a case."""

import strawberry

from resolvers.commands import command
from schema import case_sharing, group
from schema.case_sharing import ShareCasePayload
from schema.group import GroupPayload


@strawberry.type
class SharingMutations:
    create_group: GroupPayload | None = command(group.create, description="Create a group of members of a workspace.")
    set_group_members: GroupPayload | None = command(group.set_members, description="Say who is in a group.")
    set_default_group: GroupPayload | None = command(
        group.set_default, description="Choose the group that one's new cases are shared with."
    )
    share_case: ShareCasePayload | None = command(
        case_sharing.share, description="Open a case to one person or one group of its workspace."
    )
    unshare_case: ShareCasePayload | None = command(
        case_sharing.unshare, description="Take a share back; other reasons to see the case stay."
    )
