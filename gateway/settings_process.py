"""Settings of how an installation is run: processes, and what stands beside them."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ProcessSettings(BaseSettings):
    """Part of `gateway.settings.Settings`."""

    workers: int = Field(
        default=1, ge=1, le=64, description="Processes that serve this port; `gateway serve --workers N` says the same."
    )
    worker_ports: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The first of one port more for each worker, to read its own metrics; 0: none.",
    )
    notice_seconds: float = Field(
        default=2, ge=0, le=10, description="After SIGTERM /readyz says no for so long before nothing new is accepted."
    )
    traces_url: str = Field(
        default="",
        description="OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; empty: no traces. Needs [otel].",
    )
    traces_ratio: float = Field(
        default=1.0, ge=0, le=1, description="Part of the traces that are kept, when the caller has not decided."
    )
    replica_url: SecretStr = Field(
        default=SecretStr(""), description="A streaming copy of the database for gw_app: queries are read there."
    )
    replica_seconds: float = Field(
        default=0.5, gt=0, le=1, description="So far behind the copy may be, rights included; further, nobody reads it."
    )

    @property
    def own_ports(self) -> list[int]:
        """The port of each worker alone; none when there are to be none."""
        return [self.worker_ports + place for place in range(self.workers)] if self.worker_ports else []
