from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Whole(BaseModel):
    portfolio_export: Optional["WholePortfolioExport"] = Field(alias="portfolioExport")


class WholePortfolioExport(BaseModel):
    url: str


Whole.model_rebuild()
