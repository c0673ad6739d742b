"""The report as named tables, the same for the workbook, the CSV set and the page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from resolvers.delivery_report import DeliveryReport, ReportLine
from resolvers.rules.consumption import entitlement_class, package_status
from resolvers.sheets import CellKind, Column, Sheet

_N, _D = CellKind.NUMBER, CellKind.DAY


def tables(report: DeliveryReport) -> tuple[Sheet, ...]:
    """Agreements, packages, entitlements, consumption, additional cases, and totals that reconcile with the ledger."""
    return (
        _agreements(report),
        _packages(report),
        _entitlements(report),
        _consumption(report),
        _additional(report),
        _totals(report),
    )


def _agreements(report: DeliveryReport) -> Sheet:
    columns = (Column("agreement"), Column("programme"), Column("first day", _D), Column("last day", _D))
    names = ("number", "program", "agreement_starts_on", "agreement_ends_on")
    return Sheet("agreements", columns, _distinct(report, names))


def _packages(report: DeliveryReport) -> Sheet:
    columns = (
        Column("agreement"),
        Column("package"),
        Column("section"),
        Column("first day", _D),
        Column("last day", _D),
        Column("status"),
    )
    rows = _distinct(report, ("number", "package", "section", "starts_on", "ends_on"))
    return Sheet("packages", columns, [(*row, _status(row[3], row[4], report.as_of)) for row in rows])


def _entitlements(report: DeliveryReport) -> Sheet:
    columns = (
        Column("agreement"),
        Column("package"),
        Column("entitlement"),
        Column("category"),
        Column("class"),
        Column("unit"),
        Column("bought", _N),
        Column("used here", _N),
        Column("used overall", _N),
        Column("remaining", _N),
    )
    return Sheet("entitlements", columns, [_entitlement(line) for line in report.lines])


def _entitlement(line: ReportLine) -> tuple[Any, ...]:
    row, figures = line.row, line.figures
    return (
        row["number"],
        row["package"],
        row["name"],
        row["category"],
        entitlement_class(row["is_consumable"]).value,
        row["allocation_type"],
        figures.total,
        figures.consumed_in_selection,
        figures.consumed,
        figures.remaining,
    )


def _consumption(report: DeliveryReport) -> Sheet:
    columns = (
        Column("day", _D),
        Column("workspace"),
        Column("entitlement"),
        Column("what"),
        Column("who"),
        Column("quantity", _N),
        Column("takes back"),
    )
    rows = [
        (
            use["occurred_on"],
            use["workspace"],
            report.names[use["entitlement_id"]],
            use["label"],
            use["person"],
            use["quantity"],
            "yes" if use["reverses_id"] else None,
        )
        for use in report.uses
    ]
    return Sheet("consumption", columns, rows)


def _additional(report: DeliveryReport) -> Sheet:
    columns = (
        Column("case"),
        Column("title"),
        Column("opened", _D),
        Column("service"),
        Column("reasons"),
        Column("classification"),
    )
    rows = [
        (
            row["ticket_number"],
            row["title"],
            row["created_at"].date().isoformat(),
            row["support_kind"],
            " ".join(case.reasons),
            case.classification,
        )
        for row, case in report.cases
    ]
    return Sheet("additional-cases", columns, rows)


def _totals(report: DeliveryReport) -> Sheet:
    """Used here is the sum of the rows of `consumption`, and of what the reader may not see: the last column is 0.00,
    or the report is wrong. People are counted, not booked, so their lines have no rows (D-35)."""
    columns = (
        Column("entitlement"),
        Column("used here", _N),
        Column("sum of rows", _N),
        Column("hidden", _N),
        Column("difference", _N),
    )
    rows = [
        (
            report.names[line.row["id"]],
            line.figures.consumed_in_selection,
            line.shown,
            line.hidden,
            (line.figures.consumed_in_selection or line.shown) - line.shown - line.hidden,
        )
        for line in report.lines
        if line.hidden is not None
    ]
    return Sheet("totals", columns, rows)


def _distinct(report: DeliveryReport, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return list(dict.fromkeys(_values(report, names)))


def _values(report: DeliveryReport, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    for line in report.lines:
        yield tuple(line.row[name] for name in names)


def _status(starts_on: str, ends_on: str, day: date) -> str:
    return package_status(date.fromisoformat(starts_on), date.fromisoformat(ends_on), day).value
