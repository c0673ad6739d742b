"""The enums of the contract: the words of the house, each with a description for the manual that GraphiQL shows."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from resolvers.cases import CaseOrder, CaseView
from resolvers.rules.consumption import ActivityGroup, EntitlementClass, PackageStatus
from resolvers.rules.licence_usage import UsageHint
from tenancy.words import (
    AccountType,
    AllocationType,
    CaseState,
    CaseStatus,
    CaseType,
    Category,
    Channel,
    Classification,
    CustomerKind,
    DecreaseOn,
    EntitlementState,
    Origin,
    PersonalAccounts,
    Priority,
    ProcessStatus,
    ProductState,
    ProductStructure,
    Program,
    Role,
    Section,
    ServiceCode,
    SlaSource,
    Stage,
    SupportKind,
    TenantKind,
    Workload,
)

E = TypeVar("E", bound=type[Enum])


def described(word: E, description: str, **values: str) -> E:
    """Make the word an enum of the contract. Every value needs a text; a missing or surplus one is an error."""
    made: Any = strawberry.enum(word, description=description)
    texts: Mapping[str, str] = values
    for value in made.__strawberry_definition__.values:
        value.description = texts[value.name]
    if len(texts) != len(word):
        raise ValueError(f"{word.__name__} has {len(word)} values, described are {sorted(texts)}")
    return word


described(
    AccountType,
    "Who governs the identity of a principal; decided by the token's tenant alone.",
    WORK_SCHOOL="An identity governed by an organisation's directory.",
    PERSONAL="A consumer account, governed by nobody but its owner.",
    APPLICATION="A program that signs in as itself; it reads aggregate insights at most.",
)
described(
    TenantKind,
    "What an organisation is to this product.",
    CUSTOMER="Buys support and uses it.",
    PARTNER="Sells licences to customers, or acts for them.",
    OPERATOR="Runs the product and employs CSAMs and account coordinators.",
)
described(
    Role,
    "What a principal may be, in a customer tenant, in a workspace or in a partner tenant. Roles add up.",
    GLOBAL_ADMIN="Customer administrator: sees all workspaces and everything that belongs to the agreements.",
    SERVICES_ADMIN="Services administrator: workspace administrator of the first workspace.",
    CSAM="Customer success account manager of the operator: runs agreements and workspaces.",
    ACCOUNT_COORDINATOR="Account coordinator of the operator: the same jobs as the CSAM.",
    INCIDENT_MANAGER="Incident manager of the operator: may enter every workspace.",
    SERVICE_MANAGER="Desk manager: works on all cases and rules entitlements, subjects and routing.",
    SERVICE_REPRESENTATIVE="Desk agent: works on all cases.",
    MEMBER="Member of a workspace; every other workspace role requires it.",
    WORKSPACE_ADMIN="Runs one workspace: members, roles, all its cases and its activity.",
    CUSTOMER_ACTIVITY="Sees the Customer Activity of the workspace.",
    VIEW_ALL_SUPPORT_REQUESTS="Sees every case of the workspace.",
    SUPPORT_CONTACT="May open cases in the workspace; their number is limited by the agreement.",
    LEARNING_MANAGER="Looks after learning; exports the on-demand education report.",
    INVITE_USERS="May invite others to the workspace.",
    PARTNER_GLOBAL_ADMIN="Administers the partner organisation; reads insights.",
    PARTNER_USER_ADMIN="Administers the partner's users; reads insights.",
    PARTNER_ADMIN_AGENT="Administers for customers where a relationship allows it; reads insights.",
    PARTNER_SALES_AGENT="Sells; reads insights.",
    PARTNER_HELPDESK_AGENT="Looks customers up; reads no insights.",
    PARTNER_INSIGHTS_READER="An application that reads insights of the partner's customers.",
)
described(
    PersonalAccounts,
    "Why personal accounts enter a workspace, or do not.",
    PREMIER="A Premier agreement is in force: they are admitted, and this cannot be switched off.",
    OVERRIDE="A Unified agreement is in force, and the workspace is set to admit them.",
    BLOCKED="They are kept out.",
)
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
described(
    CustomerKind,
    "What a customer record describes.",
    ACCOUNT="An organisation.",
    CONTACT="A person.",
)
described(
    ProductStructure,
    "What a product record stands for.",
    PRODUCT="A single product.",
    FAMILY="A family of products; cannot be chosen for a case.",
    BUNDLE="Several products sold together.",
)
described(
    ProductState,
    "Where a product is in its life.",
    DRAFT="Not released; cannot be chosen for a case.",
    ACTIVE="On sale.",
    UNDER_REVISION="Being revised; can still be chosen.",
    RETIRED="No longer on sale; can still be chosen.",
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
described(
    ServiceCode,
    "A licensed service.",
    O365="Office 365.",
    DYNAMICS365="Dynamics 365.",
    OTHER="Any other service: sold, but not reported.",
)
described(
    Channel,
    "How licences were bought.",
    RESELLER="Through a partner.",
    DIRECT="Straight from Microsoft.",
)
described(
    Workload,
    "Where the use of licences is observed.",
    EXCHANGE="Exchange Online.",
    SHAREPOINT="SharePoint, with OneDrive for Business counted in.",
    ONEDRIVE="OneDrive for Business; counted together with SharePoint.",
    TEAMS="Teams.",
    SFB="Skype for Business.",
    YAMMER="Yammer.",
    OFFICE_APPS="Office applications.",
    DYNAMICS="Dynamics 365.",
)
described(
    UsageHint,
    "Why a usage percentage may be inflated, or missing.",
    REASSIGNED="A licence passed to another user inside the window.",
    NON_ACTIVE_SUBSCRIPTION="A subscription that no longer counts was still used.",
    TRIAL="A trial was used; its activity counts, its licences do not.",
    UNLICENSED_USE="More people used the workload than are licensed for it.",
)

__all__ = [
    "AccountType",
    "ActivityGroup",
    "AllocationType",
    "CaseOrder",
    "CaseState",
    "CaseStatus",
    "CaseType",
    "CaseView",
    "Category",
    "Channel",
    "Classification",
    "CustomerKind",
    "DecreaseOn",
    "EntitlementClass",
    "EntitlementState",
    "Origin",
    "PackageStatus",
    "PersonalAccounts",
    "Priority",
    "ProcessStatus",
    "ProductState",
    "ProductStructure",
    "Program",
    "Role",
    "Section",
    "ServiceCode",
    "SlaSource",
    "Stage",
    "SupportKind",
    "TenantKind",
    "UsageHint",
    "Workload",
]
