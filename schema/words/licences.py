"""Words about licences."""

from resolvers.rules.licence_usage import LicenseStanding, UsageHint
from schema.words.described import described
from tenancy.words import Channel, ServiceCode, SubscriptionState, Workload

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
    SubscriptionState,
    "The life of a subscription; only an active one, paid for and not upgraded away, counts as sold.",
    ACTIVE="In use.",
    IN_GRACE="Run out; users still work.",
    SUSPENDED="Users are locked out: fraud, non-payment, or the seller's choice.",
    DISABLED="Only administrators get in.",
    DEPROVISIONED="Deleted.",
    CANCELLED="Cancelled by the customer.",
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
    LicenseStanding,
    "Whether licences count as sold, and if not, why.",
    COUNTED="Active, paid for and not upgraded away.",
    TRIAL="Trials: their use counts, their licences do not.",
    NON_ACTIVE="Not active, or upgraded to others: their use counts, their licences do not.",
)
described(
    UsageHint,
    "Why a usage percentage may be inflated, or missing.",
    REASSIGNED="A licence passed to another user inside the window.",
    NON_ACTIVE_SUBSCRIPTION="A subscription that no longer counts was still used.",
    TRIAL="A trial was used; its activity counts, its licences do not.",
    UNLICENSED_USE="More people used the workload than are licensed for it.",
)

__all__ = ["Channel", "LicenseStanding", "ServiceCode", "SubscriptionState", "UsageHint", "Workload"]
