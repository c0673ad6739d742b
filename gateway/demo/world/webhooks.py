"""Webhooks of the demo world: one that is paused, and others that were stopped, with messages in every state.

None is active: nobody in the demo world waits for messages, and nothing of it should call out.
"""

from typing import Any, Final

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records

_CUSTOMER: Final = """query ($customerTenantId: ID!) {
  customerInsights(customerTenantId: $customerTenantId) { deployment { licensesSold licensesAssigned } }
}"""

_SENT: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("DELIVERED", {"status": 204}),
    ("DEAD", {"status": 503, "fault": "STATUS"}),
    ("DEAD", {"fault": "TIMEOUT"}),
    ("DEAD", {"fault": "CONNECTION"}),
    ("DEAD", {"fault": "NAME"}),
    ("DEAD", {"fault": "ADDRESS"}),
    ("DEAD", {"fault": "DOCUMENT"}),
    ("DEAD", {"fault": "SECRET"}),
    ("DROPPED", {"fault": "RIGHTS"}),
    ("WAITING", {}),
)


def webhooks(book: Book) -> Records:
    """Those of the Portfolio Reader, and one of a program whose right was taken back."""
    yield _webhook(book, "hook-crm", "reader", "PAUSED", document=_CUSTOMER, topics=["CUSTOMER_LOADED"], sequence=10)
    yield _webhook(book, "hook-board", "reader", "DISABLED", reason="FAILING", topics=["PORTFOLIO_LOADED"], sequence=1)
    files = {"reason": "GONE", "topics": ["EXPORT_DONE", "EXPORT_FAILED"], "sequence": 2}
    yield _webhook(book, "hook-files", "reader", "DISABLED", **files)
    yield _webhook(book, "hook-robot", "robot", "DISABLED", reason="RIGHTS", topics=["PORTFOLIO_LOADED"], sequence=1)
    for number, (state, told) in enumerate(_SENT, start=1):
        about = {"topic": "CUSTOMER_LOADED", "subject_id": ids.of("contoso"), "sequence": number}
        yield _delivery(book, f"delivery-{number}", "hook-crm", state, **about, **told)
    more = {"sequence": 1, "fault": "CONNECTION"}
    yield _delivery(book, "delivery-board", "hook-board", "DEAD", topic="PORTFOLIO_LOADED", **more)
    job = {"subject_id": book.id("export-usage"), "status": 410, "fault": "STATUS"}
    told = {"sequence": 1, "fault": "RIGHTS"}
    yield _delivery(book, "delivery-robot", "hook-robot", "DROPPED", topic="PORTFOLIO_LOADED", **told)
    yield _delivery(book, "delivery-files", "hook-files", "DEAD", topic="EXPORT_DONE", sequence=1, **job)
    job = {"subject_id": book.id("export-deployment"), "status": 410, "fault": "STATUS"}
    yield _delivery(book, "delivery-no-file", "hook-files", "DEAD", topic="EXPORT_FAILED", sequence=2, **job)


def _webhook(book: Book, name: str, application: str, state: str, **columns: Any) -> Record:
    at = book.days.moment("2025-06-02 10:00")
    own = {"application_id": ids.user(application), "name": name, "url": f"https://{application}.example/{name}"}
    # Nothing can be signed with this: whoever wakes such a webhook gives it a secret of its own first.
    made = {"secret": "", "created_by": ids.user("pam"), "created_at": at, "changed_at": at, "position": 0}
    return book.row("webhook", name, state=state, **own, **made, **columns)


def _delivery(book: Book, name: str, webhook: str, state: str, **columns: Any) -> Record:
    at = book.days.moment("2025-06-10 06:00")
    when = {"due_at": at} if state == "WAITING" else {"ended_at": at, "attempted_at": at, "attempts": 12}
    return book.row(
        "webhook_delivery", name, webhook_id=book.id(webhook), state=state, occurred_at=at, **when, **columns
    )
