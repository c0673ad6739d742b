"""Mail about invitations: what a command wants to have sent once its transaction is committed (WS-11, WS-18), and
reminders of what was sent and not used (2.1).

A letter is the only place where the secret of a link ever stands; the tables keep its SHA-256 (I-4). It lives in the
payload of a command and is handed to the sender after the commit: what was rolled back or only planned is never sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One invitation on its way; `token` is the secret that its bearer redeems."""

    email: str
    workspace: str
    inviter: str
    expires_at: datetime
    token: str = field(repr=False)

    @property
    def mark(self) -> str:
        """Names this letter among those to the same address, and tells nothing of the secret."""
        return sha256(self.token.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Reminder:
    """A word about an invitation that is still open. It carries no link: nobody but its first letter has that, and a
    new one would kill it in the mailbox where it lies. `mark` is the same for every attempt at this reminder."""

    email: str
    workspace: str
    expires_at: datetime
    mark: str


Mail = Letter | Reminder


class Sender(Protocol):
    """Takes letters, and sees to their sending without holding the command up."""

    def take(self, letters: Sequence[Letter]) -> None: ...


class Nobody:
    """Sends nothing: for work in which nobody is invited."""

    def take(self, letters: Sequence[Letter]) -> None:
        """Forget the letters."""
