"""Files that people of the demo world asked for: one whose time is over, one that failed, some that were cancelled."""

from hashlib import sha256
from typing import Any

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records


def exports(book: Book) -> Records:
    """Of Maya: the cases of her workspace as they were a week ago, and a workbook that had no room for a text."""
    yield _job(
        book,
        "export-cases",
        "2025-06-08 09:00",
        state="EXPIRED",
        format="CSV",
        started_at=book.days.moment("2025-06-08 09:00"),
        expires_at=book.days.moment("2025-06-11 09:01"),
        attempt=1,
        rows_total=3,
        rows_written=3,
        manifest=_manifest(book.days.moment("2025-06-08 09:00")),
    )
    yield _job(
        book,
        "export-workbook",
        "2025-06-09 10:00",
        state="FAILED",
        format="XLSX",
        attempt=1,
        failure="BAD_USER_INPUT",
        failure_detail={"column": "title", "row": 2, "maximum": 32767},
    )
    yield _cancelled(book, "export-education", "lea", "EDUCATION", "NDJSON")
    yield _cancelled(book, "export-consumption", "cora", "CONSUMPTION", "PARQUET")
    partner = Book("partner-p", book.days)
    yield _cancelled(partner, "export-deployment", "pam", "PORTFOLIO_DEPLOYMENT", "CSV")
    yield _cancelled(partner, "export-usage", "pam", "PORTFOLIO_USAGE", "NDJSON")


def _cancelled(book: Book, name: str, person: str, kind: str, format: str) -> Record:
    told = {"user_id": ids.user(person), "kind": kind, "format": format}
    return _job(book, name, "2025-06-10 11:00", state="CANCELLED", attempt=0, **told)


def _job(book: Book, name: str, when: str, **columns: Any) -> Record:
    moment = book.days.moment(when)
    own = {"user_id": ids.user("maya"), "kind": "CASES", "filter": {}, "created_at": moment, "finished_at": moment}
    return book.row("export_job", name, **{**own, **columns})


def _manifest(at: str) -> dict[str, Any]:
    return {
        "columns": [{"name": "ticketNumber", "kind": "TEXT"}, {"name": "createdAt", "kind": "MOMENT"}],
        "rows": 3,
        "size": 156,
        "sha256": sha256(b"demo").hexdigest(),
        "snapshot_at": at.replace("Z", "+00:00"),
        "sums": {"quantity": "3.00"},
        "withheld": [
            {
                "part": "ROWS",
                "rule": "CA-12",
                "reason": "Cases that the reader may not see.",
                "column": None,
                "count": None,
            },
            {
                "part": "CELLS",
                "rule": "CS-21",
                "reason": "Names of what the reader may not see; the cells are empty.",
                "column": "contact",
                "count": 1,
            },
        ],
        "neutralised": {"ticketNumber": 1},
        "places": ["ticketNumber 2"],
    }
