"""Proof of delivery as files: a workbook, a set of CSV files, and a page to print; see docs/customer-activity.md."""

from gateway.reports.door import Reports

__all__ = ["Reports"]
