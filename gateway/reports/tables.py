"""The report as named tables, the same for the workbook, the CSV set and the page."""

from datetime import date
from decimal import Decimal
from typing import Any

from resolvers.activity_additional import AdditionalService
from resolvers.delivery_report import DeliveryReport, ReportLine
from resolvers.rules.consumption import entitlement_class, package_status
from resolvers.rules.quantities import ZERO, two_places
from resolvers.sheets import CellKind, Column, Sheet
from tenancy.words import AllocationType

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
    columns = (
        Column("agreement"),
        Column("programme"),
        Column("first day", _D),
        Column("last day", _D),
        Column("in force"),
    )
    found = {package["agreement_id"]: package for package in report.packages}
    names = ("agreement", "program", "agreement_starts_on", "agreement_ends_on")
    rows = [(*(row[name] for name in names), "yes" if row["in_force"] else "no") for row in found.values()]
    return Sheet("agreements", columns, rows)


def _packages(report: DeliveryReport) -> Sheet:
    columns = (
        Column("agreement"),
        Column("package"),
        Column("id in the contract"),
        Column("section"),
        Column("first day", _D),
        Column("last day", _D),
        Column("status"),
    )
    names = ("agreement", "name", "external_id", "section", "starts_on", "ends_on")
    rows = [
        (*(row[name] for name in names), _status(row["starts_on"], row["ends_on"], report.as_of))
        for row in report.packages
    ]
    return Sheet("packages", columns, rows)


_LINE = (Column("line", CellKind.COUNT), Column("agreement"), Column("package"), Column("entitlement"))
"""What names a line in each table; names alone need not be different, the number is."""


def _named(line: ReportLine) -> tuple[Any, ...]:
    return line.number, line.package["agreement"], line.package["name"], line.row["name"]


def _entitlements(report: DeliveryReport) -> Sheet:
    columns = (
        *_LINE,
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
        *_named(line),
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
        *_LINE,
        Column("what"),
        Column("who"),
        Column("quantity", _N),
        Column("unit"),
        Column("takes back"),
    )
    rows = [
        (
            use["occurred_on"],
            use["workspace"],
            *_named(line),
            use["label"],
            use["person"],
            use["quantity"],
            line.row["allocation_type"],
            "yes" if use["reverses_id"] else None,
        )
        for line, use in report.uses
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
    """What the page says was used here, beside the rows of the other tables, and what of the ledger, or of the cases,
    the reader may not see. The last column is 0.00, or something is wrong: figures, sums of the ledger and rows are
    read by statements of their own."""
    columns = (
        *_LINE,
        Column("unit"),
        Column("used here", _N),
        Column("rows", CellKind.COUNT),
        Column("sum of rows", _N),
        Column("hidden", _N),
        Column("difference", _N),
    )
    booked = [
        (
            *_named(line),
            line.row["allocation_type"],
            *_balance(line.figures.consumed_in_selection or ZERO, line.rows, line.shown, line.booked),
        )
        for line in report.lines
        if line.is_booked
    ]
    return Sheet("totals", columns, [*booked, *(_cases(report, service) for service in report.services)])


def _cases(report: DeliveryReport, service: AdditionalService) -> tuple[Any, ...]:
    listed = sum(row["support_kind"] == service.service for row, _ in report.cases)
    hidden = service.count - service.visible
    told = _balance(Decimal(service.count), listed, Decimal(listed), Decimal(listed + hidden))
    return None, None, None, f"Additional cases: {service.service}", AllocationType.CASES.value, *told


def _balance(used: Decimal, rows: int, shown: Decimal, booked: Decimal) -> tuple[Any, ...]:
    """Used here, rows and their sum, what of the books the rows do not show, and what is left to explain."""
    return two_places(used), rows, two_places(shown), two_places(booked - shown), two_places(used - booked)


def _status(starts_on: str, ends_on: str, day: date) -> str:
    return package_status(date.fromisoformat(starts_on), date.fromisoformat(ends_on), day).value
