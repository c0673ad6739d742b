"""Words about why somebody sees a case."""

from resolvers.rules.visibility import VisibilityReason
from schema.words.described import described

described(
    VisibilityReason,
    "Why a case is visible; any one reason is enough.",
    ADMIN="The viewer administers its workspace or the customer.",
    DESK="The viewer works at the desk.",
    GROUP="It is shared with a group that the viewer is in.",
    SHARED="It is shared with the viewer.",
    PRIMARY_CONTACT="The viewer was named primary contact while it was created.",
    VIEW_ALL="The viewer holds VIEW_ALL_SUPPORT_REQUESTS in its workspace.",
)

__all__ = ["VisibilityReason"]
