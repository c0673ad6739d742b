"""Trusted documents: what a client may run is written down beforehand, and a request may say its hash instead.

A folder holds one manifest a client application (claim azp), or one for several:

    {"clients": ["..."], "mode": "enforce", "documents": {"<sha256 of the text>": "query Cases { ... }"}}

`off` only serves documents by their hash, `log` also says which others were sent, `enforce` refuses those. A hash is
looked up among the asker's own documents, so one client cannot find out what another one runs.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, Self, get_args

from gateway.requests import Asked
from tenancy.errors import Forbidden, NotFound, Refusal

Mode = Literal["off", "log", "enforce"]
RULE: Final = "trusted-documents"

log = logging.getLogger(__name__)


class BadManifest(ValueError):
    """A manifest that cannot be trusted; the text says which, and why."""


@dataclass(frozen=True)
class Manifest:
    """The documents of one client, by the SHA-256 of their text in hexadecimal."""

    mode: Mode = "off"
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trusted:
    """All manifests; `mode` is for clients that have none."""

    mode: Mode = "off"
    manifests: Mapping[str, Manifest] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | None, mode: Mode) -> Self:
        """What is in the folder. Raises BadManifest."""
        found: dict[str, Manifest] = {}
        if folder is not None and not folder.is_dir():
            raise BadManifest(f"{folder} is no folder of manifests")
        for path in sorted(folder.glob("*.json")) if folder else ():
            clients, manifest = read(path)
            for client in clients:
                if client in found:
                    raise BadManifest(f"{path}: {client} has a manifest already")
                found[client] = manifest
        return cls(mode, found)

    def text(self, client: str, asked: Asked) -> str:
        """The document to run. Raises NotFound for an unknown hash, BAD_REQUEST for a wrong one, and Forbidden."""
        manifest = self.manifests.get(client)
        if asked.query is None:
            known = manifest.documents.get(asked.hash or "") if manifest else None
            if known is None:
                raise NotFound(field="documentId")
            return known
        mode = manifest.mode if manifest else self.mode
        if asked.hash is None and mode == "off":
            return asked.query
        hash = digest(asked.query)
        if asked.hash not in (None, hash):
            raise Refusal("BAD_REQUEST")
        if mode != "off" and (manifest is None or hash not in manifest.documents):
            log.warning("untrusted document %s of client %s", hash, client)
            if mode == "enforce":
                raise Forbidden(rule=RULE)
        return asked.query


def digest(text: str) -> str:
    """What a document is called: the SHA-256 of its text, letter by letter."""
    return sha256(text.encode(errors="replace")).hexdigest()


def read(path: Path) -> tuple[list[str], Manifest]:
    """The clients of one manifest, and what they may run. Raises BadManifest."""
    try:
        given = json.loads(path.read_text())
        clients, documents = given["clients"], given["documents"]
        mode: Mode = given.get("mode", "enforce")
        whole = [*clients, *documents, *documents.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadManifest(f"{path}: not a manifest ({type(error).__name__})") from None
    if mode not in get_args(Mode) or not clients or not all(isinstance(each, str) for each in whole):
        raise BadManifest(f"{path}: clients, mode and documents are needed")
    for hash, text in documents.items():
        if digest(text) != hash:
            raise BadManifest(f"{path}: {hash} is not the hash of its document")
    return clients, Manifest(mode, documents)


def written(clients: Iterable[str], mode: Mode, documents: Iterable[str]) -> str:
    """A manifest as text, the same for the same documents."""
    by_hash = {digest(text): text for text in documents}
    made = {"clients": sorted(clients), "mode": mode, "documents": dict(sorted(by_hash.items()))}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
