"""Letters of invitation: what a command wants to have sent once its transaction is committed (WS-11, WS-18).

A letter is the only place where the secret of a link ever stands; the tables keep its SHA-256 (I-4). It lives in the
payload of a command and is handed to the sender after the commit: what was rolled back or only planned is never sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One invitation on its way; `token` is the secret that its bearer redeems."""

    email: str
    workspace: str
    inviter: str
    expires_at: datetime
    token: str = field(repr=False)


class Sender(Protocol):
    """Takes letters, and sees to their sending without holding the command up."""

    def take(self, letters: Sequence[Letter]) -> None: ...


class Nobody:
    """Sends nothing: for work in which nobody is invited."""

    def take(self, letters: Sequence[Letter]) -> None:
        """Forget the letters."""
