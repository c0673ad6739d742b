"""Words about what was bought."""

from resolvers.drill_down import LedgerOrder
from resolvers.education import ReportFormat
from resolvers.explanations import Figure
from resolvers.rules.additional_cases import AdditionalReason
from resolvers.rules.consumption import ActivityGroup, DrillDownView, EntitlementClass, PackageStatus
from schema.words.described import described
from tenancy.words import AllocationType, Category, DecreaseOn, EntitlementState, Program, Section

described(
    Program,
    "The programme of a support agreement.",
    PREMIER="Premier: blocks of hours and incidents; admits personal accounts.",
    UNIFIED="Unified: break-fix is not metered; personal accounts are kept out unless a workspace admits them.",
)
described(
    Section,
    "The section of Customer Activity that a package belongs to.",
    ENTERPRISE_WIDE="Part of the base agreement, reported in sums per category.",
    ADD_ON="Bought on top (also called enhanced solution packages), reported per package.",
)
described(
    PackageStatus,
    "Whether today lies in the package's dates, both included.",
    ACTIVE="Today lies in its dates.",
    INACTIVE="It has not started, or it has ended.",
)
described(
    Category,
    "What an entitlement is for.",
    REACTIVE_SUPPORT="Break-fix support, also called problem resolution.",
    ADVISORY_SUPPORT="Consultative, time-boxed guidance.",
    BUILT_IN_PROACTIVE="Proactive services that come with the agreement.",
    PROACTIVE_CREDITS="Credits to spend on proactive services.",
    DSE="Designated support engineering.",
    ON_DEMAND_EDUCATION="Self-paced learning.",
    ON_DEMAND_ASSESSMENTS="Self-service assessments.",
    SUPPORT_CONTACTS="People who may open cases.",
    OTHER="Anything else the agreement lists.",
)
described(
    ActivityGroup,
    "The categories of the enterprise-wide section.",
    BUILT_IN_PROACTIVE="Built-in proactive services, in delivered hours.",
    AS_NEEDED_SUPPORT="Advisory and reactive support together.",
    ON_DEMAND_EDUCATION="On-demand education; consumed are activities started.",
    SUPPORT_CONTACTS="Support contacts; consumed are distinct people with the role.",
    ON_DEMAND_ASSESSMENTS="On-demand assessments.",
    OTHER="Lines that the fixed list does not name.",
)
described(
    AdditionalReason,
    "What makes a case an additional one.",
    AGREEMENT_EXPIRED="Its agreement had ended by the day of the page.",
    AGREEMENT_NOT_MAPPED="No package of its agreement is mapped to a selected workspace.",
    MISSING_AGREEMENT="It is tied to no agreement.",
    MISSING_PACKAGE="It is tied to an agreement, but to no package of it.",
    MISSING_SERVICE="It is tied to a package, but to no entitlement of it.",
    CLASSIFIED="It is classified as SU, DSA, X85 or REC.",
)
described(
    DrillDownView,
    "What a drill-down looks into.",
    SUPPORT_AND_PROACTIVE="Reactive support, advisory support and proactive services share one view.",
    ON_DEMAND_EDUCATION="Started courses.",
    CONTACTS="Support contacts: people.",
    ON_DEMAND_ASSESSMENTS="Assessments.",
    ADDITIONAL_CASES="Cases outside the regular consumption.",
    PROACTIVE_CREDITS="Credits that were spent.",
)
described(
    LedgerOrder,
    "How ledger rows are ordered.",
    NEWEST="By day of use, latest first.",
    OLDEST="By day of use, earliest first.",
    LARGEST="By quantity, largest first.",
)
described(
    ReportFormat,
    "How a report is written.",
    CSV="Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.",
    JSON="An array of objects.",
)
described(
    Figure,
    "The totals of Customer Activity.",
    TOTAL="What was bought.",
    CONSUMED_IN_SELECTION="What the selected workspaces used; of lines of the enterprise-wide section only.",
    CONSUMED="What everybody used.",
    REMAINING="What is left for everybody.",
    ADDITIONAL="Additional cases of one service; of the panel only.",
)
described(
    EntitlementClass,
    "Whether use is recorded against an entitlement: a property of the agreement's line, not of its history.",
    CONSUMABLE_SERVICE="Use is recorded against it.",
    ADDITIONAL_BENEFIT="It may be used, but nothing is ever recorded.",
)
described(
    AllocationType,
    "The unit of an entitlement. Different units are never added.",
    CASES="Number of cases.",
    HOURS="Hours, charged in hundredths.",
    CREDITS="Proactive credits.",
    UNITS="Pieces: activities, assessments, people.",
)
described(
    DecreaseOn,
    "When a case lowers the terms of its entitlement.",
    CASE_CREATION="When the case is created.",
    CASE_RESOLUTION="When the case is resolved.",
)
described(
    EntitlementState,
    "Where an entitlement is in its life.",
    DRAFT="Being written; can be edited.",
    ACTIVE="Usable for cases; read-only.",
    WAITING="Activated, but its first day has not come.",
    EXPIRED="Its last day has passed.",
    CANCELLED="Ended by hand.",
)

__all__ = [
    "ActivityGroup",
    "AdditionalReason",
    "AllocationType",
    "Category",
    "DecreaseOn",
    "DrillDownView",
    "EntitlementClass",
    "EntitlementState",
    "Figure",
    "LedgerOrder",
    "PackageStatus",
    "Program",
    "ReportFormat",
    "Section",
]
