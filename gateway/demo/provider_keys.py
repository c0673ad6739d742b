"""The demo provider's secrets: signing keys and the root of application secrets, in one private file."""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hmac import digest
from pathlib import Path
from secrets import token_hex
from tempfile import NamedTemporaryFile
from typing import Any, Final

from joserfc.jwk import RSAKey

from gateway.identity import CONSUMER_TENANT
from gateway.identity.issuers import PLACEHOLDER

SLOTS: Final[Mapping[str, str]] = {"template": PLACEHOLDER, "consumer": CONSUMER_TENANT}
"""What each key's own issuer is bound to: any tenant, or the consumer tenant (K-13)."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the file holds: for each slot the current key and, after a rotation, the one before it."""

    root: str
    keys: Mapping[str, Sequence[RSAKey]]

    def signing_key(self, tid: str) -> RSAKey:
        return self.keys["consumer" if tid == CONSUMER_TENANT else "template"][0]

    def application_secret(self, client_id: str) -> str:
        """A client secret that survives restarts without being stored."""
        return urlsafe_b64encode(digest(self.root.encode(), client_id.encode(), "sha256")).rstrip(b"=").decode()

    def document(self, issuer_template: str) -> bytes:
        """The public key document; every entry carries its own `issuer`, as Microsoft's does."""
        entries = [
            {
                **key.as_dict(private=False),
                "use": "sig",
                "issuer": issuer_template.replace(PLACEHOLDER, SLOTS[slot]),
            }
            for slot, keys in self.keys.items()
            for key in keys
        ]
        return json.dumps({"keys": entries}).encode()


class KeyFile:
    """`keys.json` in the given folder, mode 0600, made at first use and kept, so that tokens survive a restart.

    Several processes may share it: whoever comes first makes it, and a rotation is seen by all.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "keys.json"
        self._seen: tuple[int, Secrets] | None = None

    def read(self) -> Secrets:
        """The present secrets; read again only when the file has changed."""
        if not self._path.exists():
            self._make()
        changed = self._path.stat().st_mtime_ns
        if self._seen is None or self._seen[0] != changed:
            self._path.chmod(0o600)
            self._seen = changed, _decoded(json.loads(self._path.read_text()))
        return self._seen[1]

    def rotate(self) -> None:
        """New keys sign from now on; the ones before them stay in the key document, older ones leave it."""
        now = self.read()
        keys = {slot: [_new_key(), old[0]] for slot, old in now.keys.items()}
        os.replace(self._written(Secrets(now.root, keys)), self._path)

    def _make(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._written(Secrets(token_hex(32), {slot: [_new_key()] for slot in SLOTS}))
        # A link, unlike a rename, loses against a file that another process has made meanwhile.
        with suppress(FileExistsError):
            os.link(draft, self._path)
        draft.unlink()

    def _written(self, secrets: Secrets) -> Path:
        with NamedTemporaryFile("w", dir=self._path.parent, prefix=".keys", delete=False) as draft:
            json.dump(_encoded(secrets), draft)
        return Path(draft.name)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


def _encoded(secrets: Secrets) -> dict[str, Any]:
    keys = {slot: [key.as_dict(private=True) for key in keys] for slot, keys in secrets.keys.items()}
    return {"root": secrets.root, "keys": keys}


def _decoded(stored: dict[str, Any]) -> Secrets:
    keys = {slot: [RSAKey.import_key(key) for key in keys] for slot, keys in stored["keys"].items()}
    return Secrets(stored["root"], keys)
