"""Words about cases."""

from resolvers.cases import CaseOrder, CaseView
from schema.words.described import described
from tenancy.words import (
    CaseState,
    CaseStatus,
    CaseType,
    Classification,
    Origin,
    Priority,
    ProcessStatus,
    SlaSource,
    Stage,
    SupportKind,
)

described(
    SlaSource,
    "Where the SLA of a case comes from; the earlier beats the later.",
    MANUAL="Chosen by hand.",
    ENTITLEMENT="From the applied entitlement.",
    DEFAULT="The default SLA of the tenant.",
)
described(
    Origin,
    "The channel through which a case began.",
    PHONE="By telephone.",
    EMAIL="By e-mail.",
    WEB="On a web page.",
    FACEBOOK="On Facebook.",
    TWITTER="On Twitter.",
    IOT="By a connected device.",
)
described(
    CaseType,
    "What the customer wants.",
    QUESTION="An answer.",
    PROBLEM="A repair.",
    REQUEST="A service.",
)
described(
    Priority,
    "How urgent a case is.",
    HIGH="Before all others.",
    NORMAL="In its turn.",
    LOW="When there is time.",
)
described(
    SupportKind,
    "Which kind of support a case asks for.",
    ADVISORY="Advisory support.",
    PROBLEM_RESOLUTION="Reactive support, break-fix.",
    OTHER="Neither; such a case is never an additional one.",
)
described(
    Classification,
    "A classification that makes a case an additional one.",
    SU="Support, also called support assistance.",
    DSA="Development support assistance.",
    X85="Support technology advisor.",
    REC="Reactive enabled contacts.",
)
described(
    CaseState,
    "Whether a case is being worked on.",
    ACTIVE="Being worked on.",
    RESOLVED="Answered; read-only until reactivated.",
    CANCELLED="Given up or merged; read-only.",
)
described(
    CaseStatus,
    "The reason within the state.",
    IN_PROGRESS="Active: somebody works on it.",
    ON_HOLD="Active: waiting, SLA clocks may pause.",
    WAITING_FOR_DETAILS="Active: the customer was asked for details.",
    RESEARCHING="Active: being investigated.",
    PROBLEM_SOLVED="Resolved: the problem is solved.",
    INFORMATION_PROVIDED="Resolved: the information was given.",
    CANCELLED="Cancelled by hand.",
    MERGED="Cancelled because it was merged into another case.",
)
described(
    Stage,
    "The stages of the case process.",
    IDENTIFY="Who asks, and what for.",
    RESEARCH="Finding the answer.",
    RESOLVE="Giving it.",
)
described(
    ProcessStatus,
    "The state of the case process; finishing it does not resolve the case.",
    ACTIVE="Running.",
    FINISHED="All stages are done.",
    ABORTED="Abandoned.",
)
described(
    CaseView,
    "Which cases a list shows, always within what the viewer may see.",
    MY_ACTIVE="Active cases that I own or am the primary contact of; opens first.",
    ALL_ACTIVE="All active cases that I may see.",
    ALL="All cases that I may see.",
    MY_RESOLVED="Resolved cases that I own or am the primary contact of.",
    SHARED_WITH_ME="Cases shared with me in person.",
    MY_GROUPS="Cases shared with a group that I belong to.",
)
described(
    CaseOrder,
    "How a list of cases is ordered.",
    NEWEST="Created last, first.",
    OLDEST="Created first, first.",
    RECENTLY_CHANGED="Changed last, first.",
)

__all__ = [
    "CaseOrder",
    "CaseState",
    "CaseStatus",
    "CaseType",
    "CaseView",
    "Classification",
    "Origin",
    "Priority",
    "ProcessStatus",
    "SlaSource",
    "Stage",
    "SupportKind",
]
