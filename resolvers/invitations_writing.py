"""Writing invitations: one per address and workspace, the secret in a letter, its hash in the row (WS-20, I-4)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from uuid import uuid4

from resolvers.mailing import Letter
from resolvers.rules.invitations import Term, expires_at, normal
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput
from tenancy.words import InvitationStatus, Role

MOST = 100
"""Addresses in one call."""

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Place:
    """The workspace that people are invited to."""

    id: str
    name: str


@dataclass(frozen=True)
class Written:
    """Invitations that now stand, and the letters that tell of them."""

    ids: tuple[str, ...] = ()
    letters: tuple[Letter, ...] = ()


def addresses(given: Iterable[str], field: str) -> list[str]:
    """The addresses in one spelling, each once; BAD_USER_INPUT for what no mail could be sent to."""
    found = list(dict.fromkeys(address(each, field) for each in given))
    if not 1 <= len(found) <= MOST:
        raise BadInput(field=field, rule="WS-18", details={"minimum": 1, "maximum": MOST})
    return found


def address(given: str, field: str) -> str:
    """One address in its one spelling."""
    found = normal(given)
    if len(found) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(found):
        raise BadInput(field=field, rule="WS-18")
    return found


def secret() -> str:
    """A new secret for a link: 256 random bits."""
    return token_urlsafe(32)


def hashed(token: str) -> bytes:
    """What the tables keep of a secret."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


async def write(change: Change, place: Place, wanted: Mapping[str, Iterable[Role]], term: Term) -> Written:
    """Invite each address with its roles, MEMBER among them; who may do so was asked before."""
    ends = expires_at(change.now, term.lifetime)
    rows, letters = [], []
    for email, roles in wanted.items():
        token = secret()
        rows.append(
            {
                "id": str(uuid4()),
                "workspace_id": place.id,
                "email": email,
                "roles": sorted(roles),
                "token_hash": hashed(token),
                "status": InvitationStatus.PENDING,
                **term.of(change.now),
                "invited_by": change.viewer.user_id,
                "created_at": change.now,
            }
        )
        letters.append(letter(change, email, place.name, ends, token))
    await change.add_all(t.Invitation, rows)
    for row in rows:
        change.audit("INVITE", "Invitation", str(row["id"]), workspace=place.id, roles=row["roles"])
        change.publish("invitation", str(row["id"]), place.id, change="CREATED")
    return Written(tuple(str(row["id"]) for row in rows), tuple(letters))


def letter(change: Change, email: str, workspace: str, ends: datetime, token: str) -> Letter:
    """The letter that carries a secret, in the name of whoever invites."""
    return Letter(email, workspace, change.viewer.identity.display_name, ends, token)
