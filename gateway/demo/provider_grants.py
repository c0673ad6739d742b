"""What the demo provider remembers between two requests, as files: several processes of one machine share them."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from gateway.demo.people import Person
from gateway.demo.provider_clients import Client


@dataclass(frozen=True, slots=True)
class Granted:
    """What stands behind a code or a refresh token. Both are used once."""

    client_id: str
    person: Person
    scope: str
    expires_at: float
    redirect_uri: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id


class Grants:
    """Grants of one kind in one folder, under the hash of the secret that stands for them."""

    def __init__(self, folder: Path, people: Mapping[str, Person], clock: Callable[[], float]) -> None:
        self.folder, self._people, self._clock = folder, people, clock

    def put(self, secret: str, granted: Granted) -> None:
        """Remember it, and forget those that have ended."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self.folder.glob("*.json"):
            self._read(path)
        path = self._path(secret)
        draft = path.with_suffix(f".{token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({**asdict(granted), "person": granted.person.key}))
        draft.rename(path)

    def get(self, secret: str) -> Granted | None:
        """What the secret stands for, unless it has ended."""
        return self._read(self._path(secret))

    def take(self, secret: str) -> Granted | None:
        """The same, for one caller of all processes."""
        taken = self._path(secret).with_suffix(f".{token_hex(4)}")
        try:
            self._path(secret).rename(taken)
        except FileNotFoundError:
            return None
        granted = self._read(taken)
        taken.unlink(missing_ok=True)
        return granted

    def _read(self, path: Path) -> Granted | None:
        with suppress(FileNotFoundError):
            told: dict[str, Any] = json.loads(path.read_text())
            granted = Granted(**{**told, "person": self._people[told["person"]]})
            if granted.expires_at > self._clock():
                return granted
            path.unlink()
        return None

    def _path(self, secret: str) -> Path:
        return self.folder / f"{sha256(secret.encode()).hexdigest()}.json"
