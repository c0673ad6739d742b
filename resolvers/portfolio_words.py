"""Words of portfolios: how rows are grouped and ranked."""

from enum import auto
from typing import Any, Final

from resolvers.rules.licence_usage import UsageHint
from tenancy.words.word import Word


class PortfolioGrouping(Word):
    """What the rows of a portfolio stand for."""

    CUSTOMER = auto()
    PRODUCT = auto()
    SERVICE = auto()
    CHANNEL = auto()
    WORKLOAD = auto()
    MONTH = auto()


OF_USE: Final = frozenset({PortfolioGrouping.WORKLOAD, PortfolioGrouping.MONTH})
"""Groupings whose groups are what was used; licences stand beside them as a whole."""


class PortfolioOrder(Word):
    """The figure that ranks the rows."""

    LICENSES_SOLD = auto()
    LICENSES_ASSIGNED = auto()
    DEPLOYMENT_PERCENT = auto()
    LICENSES_ACTIVE = auto()
    USAGE_PERCENT = auto()


BY_USE: Final = frozenset({PortfolioOrder.LICENSES_ACTIVE, PortfolioOrder.USAGE_PERCENT})
"""Orders by a figure of one workload."""


def hints(row: Any) -> tuple[UsageHint, ...]:
    """The hints that hold for a row of use."""
    return tuple(hint for hint in UsageHint if row[hint])
