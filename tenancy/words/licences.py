"""Licences, and where they are used."""

from enum import auto

from tenancy.words.word import Word


class ServiceCode(Word):
    """The services that insights know (PC-10); OTHER is sold but not reported."""

    O365 = auto()
    DYNAMICS365 = auto()
    OTHER = auto()


class Channel(Word):
    """How licences were bought: through a partner, or straight from Microsoft (PC-7)."""

    RESELLER = auto()
    DIRECT = auto()


class SubscriptionState(Word):
    """The life of a subscription; only ACTIVE ones count as sold and qualified (PC-16)."""

    ACTIVE = auto()
    IN_GRACE = auto()
    SUSPENDED = auto()
    DISABLED = auto()
    DEPROVISIONED = auto()
    CANCELLED = auto()


class Workload(Word):
    """Where licence use is observed; SHAREPOINT and ONEDRIVE are counted together (PC-5, D-29)."""

    EXCHANGE = auto()
    SHAREPOINT = auto()
    ONEDRIVE = auto()
    TEAMS = auto()
    SFB = auto()
    YAMMER = auto()
    OFFICE_APPS = auto()
    DYNAMICS = auto()
