"""Files that leave the house: written from one snapshot each, sent to those who may have them at that moment."""

from gateway.exports.door import Downloads
from gateway.exports.portfolio import PortfolioExports
from gateway.exports.runner import Runner

__all__ = ["Downloads", "PortfolioExports", "Runner"]
