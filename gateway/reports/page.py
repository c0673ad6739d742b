"""The page to print: tables and charts in one document without a script, closed to everything but its own style."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from html import escape
from typing import Any, Final

from gateway.reports.charts import Bar, Label, Span, consumption, expiry
from resolvers.delivery_report import DeliveryReport, ReportLine
from resolvers.sheets import CellKind, Sheet

_STYLE: Final = """
:root { font: 15px/1.5 system-ui, sans-serif; color: #1d2b36; background: #fff; }
body { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.15rem; }
.brand { margin: 0 0 .4rem; color: #0f6e6a; font-weight: 600; }
.about { margin: .4rem 0 0; color: #55656f; }
table { width: 100%; border-collapse: collapse; font-size: .85rem; }
th { text-align: left; border-bottom: 2px solid #1d2b36; padding: .25rem .5rem .25rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid #d9e0e4; padding: .2rem .5rem .2rem 0; vertical-align: top; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.day { white-space: nowrap; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: #1d2b36; }
svg .told { text-anchor: end; } svg .told, svg .about { fill: #55656f; } svg .about { font-size: 10px; }
svg .used { fill: #2a9d8f; } svg .over { fill: #b3261e; }
svg .frame { fill: none; stroke: #1d2b36; stroke-width: 1; }
svg .runs { fill: #2a9d8f; } svg .gone { fill: #b8c4cc; } svg .later { fill: none; stroke: #2a9d8f; }
svg .today { stroke: #b3261e; stroke-width: 1.5; stroke-dasharray: 4 3; }
.none { color: #55656f; }
@page { margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; }
  thead { display: table-header-group; } * { print-color-adjust: exact; }
}
"""
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def page(report: DeliveryReport, sheets: Sequence[Sheet]) -> str:
    """The whole document; every text in it is escaped."""
    titles = {sheet.name: sheet.name.replace("-", " ").capitalize() for sheet in sheets}
    parts = [
        _section("Consumption against purchase", consumption(_bars(report)), empty=not _bars(report)),
        _section("Expiry of packages", expiry(_spans(report), report.as_of), empty=not report.packages),
        *(_section(titles[sheet.name], _table(sheet), empty=not sheet.rows) for sheet in sheets),
    ]
    where = ", ".join(report.workspaces)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proof of delivery: {escape(report.customer)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<p class="brand">Proof of delivery</p>
<h1>{escape(report.customer)}</h1>
<p class="about">As of {report.as_of.isoformat()}. Workspaces: {escape(where)}.
Used here is what these workspaces used; the quantity bought is one pool for all.</p>
</header>
<main>
{"".join(parts)}
</main>
</body>
</html>
"""


def _bars(report: DeliveryReport) -> list[Bar]:
    """The consumable lines with a limit; what is unlimited has nothing to be measured against."""
    return [
        Bar(_about(line), line.row["allocation_type"], line.figures.total, line.figures.consumed)
        for line in report.lines
        if line.figures.total is not None and line.figures.consumed is not None
    ]


def _about(line: ReportLine) -> Label:
    return Label(line.row["name"], f"{line.package['agreement']}, {line.package['name']}")


def _spans(report: DeliveryReport) -> list[Span]:
    found = [
        Span(
            Label(row["name"], row["agreement"]),
            date.fromisoformat(row["starts_on"]),
            date.fromisoformat(row["ends_on"]),
        )
        for row in report.packages
    ]
    return sorted(found, key=lambda span: (span.last, span.first, span.label.name))


def _section(title: str, inside: str, *, empty: bool) -> str:
    shown = '<p class="none">Nothing.</p>' if empty else inside
    return f"<section>\n<h2>{escape(title)}</h2>\n{shown}\n</section>\n"


def _table(sheet: Sheet) -> str:
    head = "".join(f"<th{_class(column.kind)}>{escape(column.name)}</th>" for column in sheet.columns)
    rows = "\n".join(f"<tr>{''.join(_cells(sheet, row))}</tr>" for row in sheet.rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _cells(sheet: Sheet, row: Sequence[Any]) -> Iterable[str]:
    for column, cell in zip(sheet.columns, row, strict=True):
        yield f"<td{_class(column.kind)}>{'' if cell is None else escape(str(cell))}</td>"


def _class(kind: CellKind) -> str:
    return "" if kind is CellKind.TEXT else f' class="{kind.lower()}"'
