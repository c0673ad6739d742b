"""Settings of advice: from where on a partner is told to help (D-40)."""

from decimal import Decimal

from pydantic import Field

from gateway.settings_edge import EdgeSettings
from resolvers.rules.adoption import USUAL, Thresholds


class AdviceSettings(EdgeSettings):
    """Part of `gateway.settings.Settings`."""

    advice_usage: Decimal = Field(
        default=USUAL.usage, ge=0, le=1000, description="Adoption is low where less than this percentage is used."
    )
    advice_deployment: Decimal = Field(
        default=USUAL.deployment, ge=0, le=1000, description="Or where less than this percentage is assigned."
    )
    advice_cases: int = Field(
        default=USUAL.cases, ge=1, description="Questions are many only among so many cases in 90 days, at least."
    )
    advice_questions: Decimal = Field(
        default=USUAL.questions, ge=0, le=100, description="And where at least this percentage of them are questions."
    )

    def thresholds(self) -> Thresholds:
        """Where advice begins."""
        return Thresholds(self.advice_usage, self.advice_deployment, self.advice_cases, self.advice_questions)
