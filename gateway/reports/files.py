"""The tables as a workbook, and as a set of CSV files with a manifest (E-01, E-02, E-04)."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from gateway.workbook import Workbook
from resolvers.delivery_report import DeliveryReport
from resolvers.sheets import Sheet, csv_text

_WIDEST: Final = 60


def workbook(report: DeliveryReport, sheets: Iterable[Sheet]) -> bytes:
    """An XLSX file with one sheet per table: numbers are numbers, days are days, texts are texts and nothing else."""
    written = BytesIO()
    book = Workbook(written, title=f"Proof of delivery, {report.customer}", comments=_about(report))
    for sheet in sheets:
        rows, _ = sheet.safe()
        page = book.page(sheet.name, sheet.columns)
        page.add(rows)
        page.shape([_width(column.name, [row[place] for row in rows]) for place, column in enumerate(sheet.columns)])
    book.close()
    return written.getvalue()


def _width(heading: str, cells: Iterable[Any]) -> int:
    widest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(_WIDEST, max(widest, len(heading)) + 2)


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
