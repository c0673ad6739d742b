"""Organisations, the people that they know, and what each may be where."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.demo import ids
from gateway.demo.people import NAMES, Person, Post, people
from gateway.demo.world.book import Record, Records
from gateway.demo.world.days import Days
from tenancy.words import PARTNER_ROLES, Role

_KINDS: Final = {"operator": "OPERATOR", "partner-p": "PARTNER", "partner-q": "PARTNER"}

_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "fabrikam": {
        "child_closing": "CASCADE",
        "auto_entitlement_on_create": True,
        "auto_entitlement_on_update": True,
    },
    "tailspin": {"child_closing": "RESTRICT", "max_children": 5, "recalculate_sla": True},
}
"""Contoso, where the acceptance examples happen, keeps every default."""


def organisations() -> Records:
    for key, name in NAMES.items():
        yield {
            "table": "tenant",
            "id": ids.of(key),
            "kind": _KINDS.get(key, "CUSTOMER"),
            "name": name,
            "entra_tenant_id": ids.entra(key),
            **_SETTINGS.get(key, {}),
        }


def users(days: Days) -> Records:
    for each in _known():
        yield {
            "table": "app_user",
            "id": each.id,
            "tid": each.tid,
            "oid": each.oid,
            "account_type": each.account_type,
            "is_guest": each.is_guest,
            "display_name": each.name,
            "email": each.email or None,
            "created_at": days.moment("2025-01-02 08:00"),
        }


def grants(days: Days) -> Records:
    """Every role of everybody; a membership before the roles that need it (I-3)."""
    for each in _known():
        for post in each.posts:
            for role in post.roles:
                yield _grant(days, each, post, role)


def _grant(days: Days, holder: Person, post: Post, role: Role) -> Record:
    return {
        "table": "role_grant",
        "tenant_id": ids.of(post.organisation),
        "id": ids.of(f"grant/{holder.key}/{post.place}/{role}"),
        "user_id": holder.id,
        "workspace_id": post.workspace and ids.of(post.workspace),
        "role": role,
        "granted_by": None if role in PARTNER_ROLES else ids.user("cora"),
        "granted_at": days.moment("2025-01-02 09:00"),
        "added_via": _added_via(holder) if role is Role.MEMBER else None,
    }


def _added_via(holder: Person) -> str:
    """Members followed a link; Hal was named by a colleague of the same directory (2.1)."""
    return "ENTRA_ID" if holder.key == "hal" else "INVITATION"


def _known() -> Iterator[Person]:
    return (each for each in people() if each.is_known)
