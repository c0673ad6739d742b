"""Who asks, as far as a token can tell: a key, an account type, and nothing about rights."""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Final
from uuid import UUID

from tenancy.record import Row
from tenancy.words import AccountType


@dataclass(frozen=True, slots=True)
class Identity:
    """One verified caller. `(tid, oid)` is the key, never a part of it and never an e-mail address.

    `tid` and `oid` are canonical lower-case GUIDs. `display_name` and `email` are changeable by their owner
    and are for display only. `app_roles` is filled for APPLICATION alone and never is a customer role (D-30).
    `expires_at` is epoch seconds; `token_hash` is the SHA-256 of the token's exact text, in hexadecimal.
    """

    tid: str
    oid: str
    account_type: AccountType
    is_guest: bool
    display_name: str
    email: str | None = field(repr=False)
    client: str
    scopes: frozenset[str]
    app_roles: frozenset[str]
    expires_at: float
    token_hash: str = field(repr=False)

    key: str = field(init=False, repr=False, compare=False)
    """Both parts of the key as one text; a part alone is nobody (A-07)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.tid}/{self.oid}")

    def __hash__(self) -> int:
        return hash(self.key)


NOBODY: Final = Identity(
    tid="",
    oid="",
    account_type=AccountType.APPLICATION,
    is_guest=False,
    display_name="",
    email=None,
    client="",
    scopes=frozenset(),
    app_roles=frozenset(),
    expires_at=0.0,
    token_hash="",
)
"""No principal and nothing of a token: row-level security finds nobody by this key."""


def is_guid(text: object) -> bool:
    """Whether `text` is a GUID in the one spelling that is accepted: 36 characters, lower case."""
    if not isinstance(text, str) or len(text) != 36:
        return False
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def stored_identity(row: Row) -> Identity:
    """Somebody whom the tables know, for work that goes on without a token: the same rights, read from the tables each
    time, and no others (H-8). `row` has the columns of `app_user`."""
    return replace(
        NOBODY,
        tid=row["tid"],
        oid=row["oid"],
        account_type=AccountType(row["account_type"]),
        is_guest=row["is_guest"],
        display_name=row["display_name"],
        email=row["email"],
        expires_at=inf,
    )
