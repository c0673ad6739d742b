"""What the product writes about its own work: the sealed audit, events already sent, answers kept for retries."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records
from gateway.demo.world.days import text
from tenancy.changes import audit_text

Act = tuple[str, str, str, str, str, dict[str, Any]]
"""When, who (a key of people), action, type and name of the thing, detail."""


def audit(book: Book, acts: Iterable[Act]) -> Records:
    """The chain of one tenant: each entry's hash covers its content and the hash before it (D-06)."""
    previous = b""
    for when, who, action, kind, name, detail in acts:
        at, principal, subject = book.days.at(when), ids.user(who), book.id(name)
        content = audit_text(ids.of(book.tenant), principal, action, kind, subject, detail, at)
        seal = sha256(previous + content.encode()).digest()
        yield book.link(
            "audit_entry",
            principal=principal,
            action=action,
            subject_type=kind,
            subject_id=subject,
            detail=detail,
            created_at=text(at),
            previous_hash=previous.hex() or None,
            hash=seal.hex(),
        )
        previous = seal


def event(book: Book, topic: str, name: str, workspace: str | None, when: str, **payload: Any) -> Record:
    """An event that was told to everybody who listened."""
    return book.link(
        "outbox_event",
        topic=topic,
        subject_id=book.id(name),
        workspace_id=book.reference(workspace),
        payload=payload,
        created_at=book.days.moment(when),
    )


def answered(book: Book, who: str, mutation: str, key: str, name: str, when: str) -> Record:
    """The answer that a retry of a mutation would get again."""
    return book.link(
        "idempotency_key",
        principal=ids.user(who),
        mutation=mutation,
        key=key,
        request_hash=sha256(key.encode()).hexdigest(),
        state="DONE",
        answer={"id": book.id(name)},
        created_at=book.days.moment(when),
    )
