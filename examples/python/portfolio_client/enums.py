from enum import Enum


class ExportState(str, Enum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class ServiceCode(str, Enum):
    O365 = "O365"
    DYNAMICS365 = "DYNAMICS365"
    OTHER = "OTHER"


class UsageHint(str, Enum):
    REASSIGNED = "REASSIGNED"
    NON_ACTIVE_SUBSCRIPTION = "NON_ACTIVE_SUBSCRIPTION"
    TRIAL = "TRIAL"
    UNLICENSED_USE = "UNLICENSED_USE"


class Workload(str, Enum):
    EXCHANGE = "EXCHANGE"
    SHAREPOINT = "SHAREPOINT"
    ONEDRIVE = "ONEDRIVE"
    TEAMS = "TEAMS"
    SFB = "SFB"
    YAMMER = "YAMMER"
    OFFICE_APPS = "OFFICE_APPS"
    DYNAMICS = "DYNAMICS"
