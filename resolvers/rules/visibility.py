"""Why a case is visible to somebody (CA-11, CA-12, AE-20, AE-21): any one reason is enough, none means
NOT_FOUND.
"""

from dataclasses import dataclass
from enum import auto

from tenancy.words.word import Word


class VisibilityReason(Word):
    """Why a case is visible (5.7)."""

    ADMIN = auto()
    DESK = auto()
    GROUP = auto()
    SHARED = auto()
    PRIMARY_CONTACT = auto()
    VIEW_ALL = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to a case.

    `in_workspace`: the case has a workspace at all. `admitted`: the person may be inside it today, by
    membership or a customer-level role, and by account type. `administers`: its workspace or the tenant.
    `view_all`: holds VIEW_ALL_SUPPORT_REQUESTS in exactly that workspace (D-23). `primary_contact`: was named
    so at its creation (D-22). `shared`, `group`: it is shared with the person, or with a group the person is
    in.
    """

    in_workspace: bool
    admitted: bool = False
    administers: bool = False
    desk: bool = False
    group: bool = False
    shared: bool = False
    primary_contact: bool = False
    view_all: bool = False


def reasons(standing: Standing) -> tuple[VisibilityReason, ...]:
    """All reasons, in the order of `VisibilityReason`. A case without workspace is for the desk alone."""
    if not standing.in_workspace:
        return (VisibilityReason.DESK,) if standing.desk else ()
    if not standing.admitted:
        return ()
    held = {
        VisibilityReason.ADMIN: standing.administers,
        VisibilityReason.DESK: standing.desk,
        VisibilityReason.GROUP: standing.group,
        VisibilityReason.SHARED: standing.shared,
        VisibilityReason.PRIMARY_CONTACT: standing.primary_contact,
        VisibilityReason.VIEW_ALL: standing.view_all,
    }
    return tuple(reason for reason, holds in held.items() if holds)


def is_visible(standing: Standing) -> bool:
    """Whether the case exists for this person at all."""
    return bool(reasons(standing))
