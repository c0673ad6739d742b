from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Start(BaseModel):
    start_export: Optional["StartStartExport"] = Field(alias="startExport")


class StartStartExport(BaseModel):
    job: Optional["StartStartExportJob"]
    user_errors: list["StartStartExportUserErrors"] = Field(alias="userErrors")


class StartStartExportJob(BaseModel):
    id: str


class StartStartExportUserErrors(BaseModel):
    code: str


Start.model_rebuild()
StartStartExport.model_rebuild()
