from .base_client import BaseClient
from .base_model import BaseModel, Upload
from .client import Portfolio
from .customers import (
    Customers,
    CustomersPortfolioInsights,
    CustomersPortfolioInsightsNodes,
    CustomersPortfolioInsightsNodesCustomer,
    CustomersPortfolioInsightsNodesUsage,
    CustomersPortfolioInsightsPageInfo,
)
from .enums import ExportState, ServiceCode, UsageHint, Workload
from .job import Job, JobExportJob, JobExportJobFailure, JobExportJobManifest
from .start import (
    Start,
    StartStartExport,
    StartStartExportJob,
    StartStartExportUserErrors,
)
from .whole import Whole, WholePortfolioExport

__all__ = [
    "BaseClient",
    "BaseModel",
    "Customers",
    "CustomersPortfolioInsights",
    "CustomersPortfolioInsightsNodes",
    "CustomersPortfolioInsightsNodesCustomer",
    "CustomersPortfolioInsightsNodesUsage",
    "CustomersPortfolioInsightsPageInfo",
    "ExportState",
    "Job",
    "JobExportJob",
    "JobExportJobFailure",
    "JobExportJobManifest",
    "Portfolio",
    "ServiceCode",
    "Start",
    "StartStartExport",
    "StartStartExportJob",
    "StartStartExportUserErrors",
    "Upload",
    "UsageHint",
    "Whole",
    "WholePortfolioExport",
    "Workload",
]
