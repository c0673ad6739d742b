from decimal import Decimal
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ServiceCode, UsageHint, Workload


class Customers(BaseModel):
    portfolio_insights: Optional["CustomersPortfolioInsights"] = Field(
        alias="portfolioInsights"
    )


class CustomersPortfolioInsights(BaseModel):
    nodes: list["CustomersPortfolioInsightsNodes"]
    page_info: "CustomersPortfolioInsightsPageInfo" = Field(alias="pageInfo")


class CustomersPortfolioInsightsNodes(BaseModel):
    customer: Optional["CustomersPortfolioInsightsNodesCustomer"]
    licenses_sold: int = Field(alias="licensesSold")
    licenses_assigned: int = Field(alias="licensesAssigned")
    deployment_percent: Optional[Decimal] = Field(alias="deploymentPercent")
    usage: list["CustomersPortfolioInsightsNodesUsage"]


class CustomersPortfolioInsightsNodesCustomer(BaseModel):
    name: str


class CustomersPortfolioInsightsNodesUsage(BaseModel):
    service: ServiceCode
    workload: Workload
    licenses_active: int = Field(alias="licensesActive")
    usage_percent: Optional[Decimal] = Field(alias="usagePercent")
    hints: list[UsageHint]


class CustomersPortfolioInsightsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Customers.model_rebuild()
CustomersPortfolioInsights.model_rebuild()
CustomersPortfolioInsightsNodes.model_rebuild()
