"""Files that are made behind the requests."""

from enum import auto

from tenancy.words.word import Word


class ExportKind(Word):
    """What an exported file holds."""

    PORTFOLIO_DEPLOYMENT = auto()
    PORTFOLIO_USAGE = auto()
    CASES = auto()
    CONSUMPTION = auto()
    EDUCATION = auto()


class ExportFormat(Word):
    """How a file is written."""

    CSV = auto()
    NDJSON = auto()
    XLSX = auto()
    PARQUET = auto()


class ExportState(Word):
    """Where an export is on its way."""

    QUEUED = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()
    EXPIRED = auto()


UNFINISHED_EXPORTS = (ExportState.QUEUED, ExportState.RUNNING)
"""Exports that still take one of the tenant's places (E-11)."""
