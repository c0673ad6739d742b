"""Words about partners and customers."""

from schema.words.described import described
from tenancy.words import RelationshipKind, RelationshipStatus

described(
    RelationshipKind,
    "What ties a partner to a customer; the first never implies the second.",
    RESELLER="It sells, or sold, licences to the customer: it sees aggregates.",
    DELEGATED="It acts for the customer with named roles until a date: it sees records.",
)
described(
    RelationshipStatus,
    "Where a relationship is on its way.",
    CREATED="Being written by the partner.",
    APPROVAL_PENDING="Locked, and waiting for the customer.",
    APPROVED="The customer said yes.",
    ACTIVATING="Being put in force.",
    ACTIVE="In force until its end.",
    EXPIRING="In force, and about to end.",
    EXPIRED="Its end has come.",
    TERMINATION_REQUESTED="One end wants to end it early.",
    TERMINATING="Being ended.",
    TERMINATED="Ended early.",
)

__all__ = ["RelationshipKind", "RelationshipStatus"]
