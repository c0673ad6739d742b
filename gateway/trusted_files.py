"""Making and checking manifests of trusted documents: `gateway documents build`, `gateway documents check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import Settings
from gateway.trusted import BadManifest, Mode, read, written
from schema.contract import contract
from schema.execution import Engine, Limits, Refused


@dataclass(frozen=True)
class Looked:
    """One document, where it is from, and what is wrong with it; or its price without variables."""

    place: str
    cost: int
    fault: str | None


def build(folder: Path, clients: list[str], mode: Mode, settings: Settings) -> tuple[str, list[Looked]]:
    """A manifest of all `*.graphql` below a folder, and a look at each of them."""
    texts = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.graphql"))}
    return written(clients, mode, texts.values()), list(_looked(texts, settings))


def check(path: Path, settings: Settings) -> list[Looked]:
    """A look at every document of one manifest, or of all of a folder. Raises BadManifest."""
    paths = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not paths:
        raise BadManifest(f"{path}: no manifest")
    texts = {f"{each.name} {hash[:12]}": text for each in paths for hash, text in read(each)[1].documents.items()}
    return list(_looked(texts, settings))


def limits_of(settings: Settings) -> Limits:
    """What one document may ask for, by the settings."""
    return Limits(
        tokens=settings.token_limit,
        depth=settings.depth_limit,
        aliases=settings.alias_limit,
        cost=settings.cost_limit,
    )


def _looked(texts: dict[str, str], settings: Settings) -> Iterator[Looked]:
    engine = Engine(contract, limits=limits_of(settings))
    for place, text in texts.items():
        try:
            yield Looked(place, engine.document(text).price(), None)
        except Refused as refused:
            yield Looked(place, 0, str(refused))
