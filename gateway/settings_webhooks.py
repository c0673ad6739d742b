"""Settings of webhooks: how many are sent, for how long, and to where."""

from pydantic import Field

from gateway.settings_advice import AdviceSettings
from gateway.settings_edge import Ports, Words
from resolvers.rules.endpoints import Reach


class WebhookSettings(AdviceSettings):
    """Part of `gateway.settings.Settings`."""

    webhook_workers: int = Field(
        default=8, ge=0, le=64, description="Messages of webhooks that this process sends at once."
    )
    webhook_attempts: int = Field(
        default=12, ge=1, le=20, description="A message that nobody takes is dead after so many."
    )
    webhook_days: float = Field(
        default=5, gt=0, le=60, description="A webhook whose receiver takes nothing for so long is stopped."
    )
    webhook_ports: Ports = Field(default=(443,), description="Ports that webhooks may call, by https.")
    webhook_networks: Words = Field(
        default=(),
        description="Networks of the inside (CIDR) that webhooks may call all the same, by http too and at any port.",
    )

    def reach(self) -> Reach:
        """What webhooks may call."""
        try:
            return Reach.of(self.webhook_ports, self.webhook_networks)
        except ValueError as error:
            raise ValueError(f"GATEWAY_WEBHOOK_NETWORKS: {error}") from None
