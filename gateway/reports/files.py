"""The tables as a workbook, and as a set of CSV files with a manifest (E-01, E-02, E-04)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from resolvers.delivery_report import DeliveryReport
from resolvers.sheets import Kind, Sheet, csv_text

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDEST: Final = 60


def workbook(report: DeliveryReport, sheets: Iterable[Sheet]) -> bytes:
    """An XLSX file with one sheet per table: numbers are numbers, days are days, texts are texts and nothing else."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": f"Proof of delivery, {report.customer}", "comments": _about(report)})
    formats = {
        Kind.NUMBER: book.add_format({"num_format": "#,##0.00"}),
        Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        Kind.TEXT: book.add_format(),
    }
    heading = book.add_format({"bold": True, "bottom": 1})
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name), sheet, formats, heading)
    book.close()
    return written.getvalue()


def _fill(page: Any, sheet: Sheet, formats: dict[Kind, Any], heading: Any) -> None:
    rows, _ = sheet.safe()
    for place, column in enumerate(sheet.columns):
        widest = max((len(str(row[place])) for row in rows if row[place] is not None), default=0)
        page.set_column(place, place, min(_WIDEST, max(widest, len(column.name)) + 2), formats[column.kind])
        page.write_string(0, place, column.name, heading)
    for number, row in enumerate(rows, start=1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, number, place, column.kind, cell)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)


def _write(page: Any, number: int, place: int, kind: Kind, cell: Any) -> None:
    if cell is None:
        return
    if kind is Kind.NUMBER:
        # A quantity has twelve digits at most: a double holds every one of them.
        page.write_number(number, place, float(Decimal(cell)))
    elif kind is Kind.DAY:
        page.write_datetime(number, place, date.fromisoformat(str(cell)))
    else:
        page.write_string(number, place, str(cell))


def archive(report: DeliveryReport, sheets: Sequence[Sheet]) -> bytes:
    """A ZIP file with the workbook, one CSV file per table, and a manifest that says what is in them."""
    written = BytesIO()
    manifest: dict[str, Any] = {"customer": report.customer, "asOf": report.as_of, "workspaces": report.workspaces}
    manifest["files"] = files = {}
    with ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for sheet in sheets:
            text, changed = csv_text(sheet)
            _pack(packed, f"{sheet.name}.csv", text.encode())
            files[f"{sheet.name}.csv"] = {"rows": len(sheet.rows), "neutralised": changed}
        _pack(packed, "proof-of-delivery.xlsx", workbook(report, sheets))
        _pack(packed, "manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return written.getvalue()


def _pack(packed: ZipFile, name: str, content: bytes) -> None:
    # A fixed time: the same report is the same file.
    packed.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _about(report: DeliveryReport) -> str:
    return f"As of {report.as_of.isoformat()}, workspaces: {', '.join(report.workspaces)}"
