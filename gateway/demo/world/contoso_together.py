"""Contoso's people at work: who shares which case, who is invited, what was said, what waits where."""

from gateway.demo import ids
from gateway.demo.world.book import Book, Records
from gateway.demo.world.desk import queued
from gateway.demo.world.together import article, did, group, invitation, said, share


def together(book: Book) -> Records:
    yield from _groups(book)
    yield from _invitations(book)
    yield from _timeline(book)
    yield from _articles(book)
    yield from _waiting(book)


def _groups(book: Book) -> Records:
    """K20 is open to G1 and to Bo (AE-20)."""
    yield from group(book, "G1", "Night shift", "W1", ("ann", "sia"), default_of="sia")
    yield from group(book, "G2", "Office move", "W1", ("gus",))
    yield from group(book, "G3", "Shop floor", "W2", ("fay", "tess"))
    yield share(book, "K20", "maya", group="G1")
    yield share(book, "K20", "maya", person="bo")
    yield share(book, "K23", "sam", group="G2")
    yield share(book, "K40", "sam", person="ed")
    yield share(book, "K51", "noa", group="G3")


def _invitations(book: Book) -> Records:
    contact = ["MEMBER", "SUPPORT_CONTACT"]
    yield invitation(book, "kim-W2", "kim@contoso.com", "W2", "noa")
    yield invitation(book, "new-W1", "new@contoso.com", "W1", "maya", roles=contact)
    yield invitation(book, "someone-W1", "someone@contoso.com", "W1", "gus")
    yield invitation(book, "guest-W1", "guest@outlook.example", "W1", "maya")
    yield invitation(book, "energy-W4", "meter@outlook.example", "W4", "wes", roles=contact)
    yield invitation(book, "late-W1", "late@contoso.com", "W1", "maya", created="2025-04-01", expires="2025-05-01")
    yield invitation(book, "gone-W2", "gone@contoso.com", "W2", "noa", status="REVOKED")
    used = {"redeemed_by": ids.user("hal"), "redeemed_at": book.days.moment("2025-01-04")}
    spring = {"created": "2025-01-03", "expires": "2025-02-02"}
    yield invitation(book, "hal-W1", "hal@contoso.com", "W1", "maya", status="REDEEMED", **spring, **used)


def _timeline(book: Book) -> Records:
    late = {"subject": "Sign-in log of the late shift", "body": "The log begins at ten.", "duration_minutes": 15}
    yield did(book, "K20", "mail", "EMAIL", "cy", "2025-06-12 14:40", **late)
    call = {"subject": "Call with Cy", "body": "Second factor was changed on Wednesday.", "duration_minutes": 20}
    yield did(book, "K20", "call", "PHONE_CALL", "rae", "2025-06-12 15:05", **call)
    note = {"body": "See the screen shot.", "attachment_name": "sign-in.png", "attachment_ref": "demo/sign-in.png"}
    yield said(book, "K20", "note", "NOTE", "rae", "2025-06-12 15:30", subject="What they see", **note)
    yield said(book, "K20", "post", "USER_POST", "cy", "2025-06-13 08:10", body="Two more colleagues are affected.")
    # Two open tasks: resolving asks first (AE-83).
    for name, subject in (("task-1", "Compare both calendars"), ("task-2", "Ask for the room list")):
        due = book.days.moment("2025-06-18 12:00")
        yield did(book, "K23", name, "TASK", "rae", "2025-06-14 22:40", subject=subject, state="OPEN", due_at=due)
    overdue = {"subject": "Restart the service", "state": "OPEN", "due_at": book.days.moment("2025-06-12 12:00")}
    yield did(book, "K21", "task", "TASK", "rae", "2025-06-11 14:00", **overdue)
    # 45 minutes in all: what a resolution proposes (AE-84).
    for name, minutes in (("visit", 20), ("report", 25)):
        yield did(book, "K73", name, "APPOINTMENT", "rae", "2025-06-13 10:00", duration_minutes=minutes)
    # Came with K29 when it was merged into K2.
    moved = {"subject": "Outbox since Tuesday", "body": "Forty messages are waiting."}
    yield did(book, "K2", "moved-mail", "EMAIL", "cy", "2025-06-10 09:50", **moved)


def _articles(book: Book) -> Records:
    yield article(book, "K2", "KA1", "REFERENCE")
    yield article(book, "K24", "KA1", "SOLUTION", sent=True)
    yield article(book, "K20", "KA2", "SOURCE")


def _waiting(book: Book) -> Records:
    yield queued(book, "Q-tier2", "K70", "2025-06-13 15:01")
    yield queued(book, "Q-tier2", "K20", "2025-06-12 14:21", "rae")
    yield queued(book, "Q-mail", "K76", "2025-06-14 10:01")
    yield queued(book, "Q-escalations", "K73", "2025-06-12 11:00")
    yield queued(book, "Q-tier2", "K71", "2025-05-28 09:01", left=True)
