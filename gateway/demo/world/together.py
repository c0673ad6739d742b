"""What people do together: groups, shares, invitations, what is said on a case, and where cases wait."""

from collections.abc import Iterable
from typing import Any

from gateway.demo import ids
from gateway.demo.world.book import Book, Record, Records


def group(book: Book, name: str, title: str, workspace: str, members: Iterable[str], default_of: str = "") -> Records:
    """A group and its members; new cases of `default_of` are shared with it."""
    yield book.row("support_group", name, workspace_id=book.id(workspace), name=title)
    for key in members:
        yield book.link(
            "support_group_member", group_id=book.id(name), user_id=ids.user(key), is_default=key == default_of
        )


def share(book: Book, case: str, by: str, *, group: str | None = None, person: str | None = None) -> Record:
    return book.row(
        "incident_share",
        f"{case}/shared/{group or person}",
        incident_id=book.id(case),
        group_id=book.reference(group),
        user_id=person and ids.user(person),
        shared_by=ids.user(by),
        shared_at=book.days.moment("2025-06-13 08:00"),
    )


def invitation(book: Book, name: str, email: str, workspace: str, by: str, **columns: Any) -> Record:
    """An invitation whose link's secret is `ids.invitation_token("contoso/...")`; pending and new unless said."""
    created = columns.pop("created", "2025-06-10")
    return book.row(
        "invitation",
        name,
        **{
            "workspace_id": book.id(workspace),
            "email": email,
            "roles": ["MEMBER"],
            "token_hash": ids.invitation_hash(f"{book.tenant}/{name}").hex(),
            "status": "PENDING",
            "invited_by": ids.user(by),
            "created_at": book.days.moment(created),
            "expires_at": book.days.moment(columns.pop("expires", "2025-07-10")),
            **columns,
        },
    )


def said(book: Book, case: str, name: str, record_type: str, author: str, when: str, **columns: Any) -> Record:
    """A line of a case's timeline that a person wrote."""
    return book.row(
        "timeline_entry",
        f"{case}/{name}",
        incident_id=book.id(case),
        record_type=record_type,
        author_id=ids.user(author),
        created_at=book.days.moment(when),
        **columns,
    )


def did(book: Book, case: str, name: str, kind: str, author: str, when: str, **columns: Any) -> Record:
    """An activity, completed unless said otherwise."""
    return said(book, case, name, "ACTIVITY", author, when, **{"activity_type": kind, "state": "COMPLETED", **columns})


def article(book: Book, case: str, name: str, usage: str, *, sent: bool = False) -> Record:
    return book.link(
        "incident_article",
        incident_id=book.id(case),
        article_id=book.id(name),
        usage=usage,
        sent_to_customer=sent,
    )
