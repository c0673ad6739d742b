from decimal import Decimal
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ExportState


class Job(BaseModel):
    export_job: Optional["JobExportJob"] = Field(alias="exportJob")


class JobExportJob(BaseModel):
    state: ExportState
    progress: int
    url: Optional[str]
    manifest: Optional["JobExportJobManifest"]
    failure: Optional["JobExportJobFailure"]


class JobExportJobManifest(BaseModel):
    sha_256: str = Field(alias="sha256")
    size_bytes: Decimal = Field(alias="sizeBytes")
    row_count: int = Field(alias="rowCount")


class JobExportJobFailure(BaseModel):
    code: str


Job.model_rebuild()
JobExportJob.model_rebuild()
