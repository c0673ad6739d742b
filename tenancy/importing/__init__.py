"""Importing data: NDJSON and CSV files into the tables, validated line by line, all of a file or nothing.

Everything about a table is read off its columns and constraints, so a new table can be imported without new code.
"""

from tenancy.importing.exporting import export_records, kinds
from tenancy.importing.loading import import_files, import_into_empty, import_records
from tenancy.importing.problems import Problem
from tenancy.importing.report import FileReport, Phase, Progress, Report, Step
from tenancy.importing.writing import Counts

__all__ = [
    "Counts",
    "FileReport",
    "Phase",
    "Problem",
    "Progress",
    "Report",
    "Step",
    "export_records",
    "import_files",
    "import_into_empty",
    "import_records",
    "kinds",
]
