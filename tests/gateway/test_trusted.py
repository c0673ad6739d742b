"""Trusted documents: by hash, by client, in three modes."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.trusted import BadManifest, Manifest, Trusted, digest, read, written
from tests.ground import Address
from tests.world import GRAPHQL, World, opened

NAME = "query Name { viewer { name } }"
OTHER = "{ viewer { accountType } }"
ANSWER = {"data": {"viewer": {"name": "Maya Moreno"}}}


@pytest.fixture
async def trusting(world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    async with opened(world_database, tmp_path) as found:
        yield found


def trust(world: World, mode: Any, *documents: str, client: str | None = None) -> None:
    """From now on the demo client may run these documents, in this mode."""
    assert world.gateway.provider is not None
    clients = [client] if client else world.gateway.provider.issuer.clients
    manifests = dict.fromkeys(clients, Manifest(mode, {digest(text): text for text in documents}))
    object.__setattr__(world.gateway.trusted, "manifests", manifests)


async def ask(world: World, **body: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {world.token('maya')}", "accept": GRAPHQL}
    return await world.client.post("/graphql", json=body, headers=headers)


def refused(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def test_a_hash_stands_for_its_document(trusting: World) -> None:
    """In the words of GraphQL over HTTP, and in those of Apollo's clients"""
    trust(trusting, "enforce", NAME)
    hash = digest(NAME)
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hash}}
    assert (await ask(trusting, documentId=f"sha256:{hash}")).json() == ANSWER
    assert (await ask(trusting, documentId=hash.upper())).json() == ANSWER
    assert (await ask(trusting, extensions=persisted)).json() == ANSWER
    assert (await ask(trusting, query=NAME, extensions=persisted)).json() == ANSWER
    by_get = await trusting.client.get(
        "/graphql",
        params={"documentId": f"sha256:{hash}"},
        headers={"authorization": f"Bearer {trusting.token('maya')}", "accept": GRAPHQL},
    )
    assert by_get.json() == ANSWER


async def test_an_unknown_hash_is_not_found_and_teaches_nothing(trusting: World) -> None:
    """No document is learnt from a request, and what other clients run is nobody's business"""
    assert refused(await ask(trusting, documentId=digest(NAME))) == (404, "NOT_FOUND")
    trust(trusting, "off", NAME, client="somebody else")
    assert refused(await ask(trusting, documentId=digest(NAME))) == (404, "NOT_FOUND")
    both = {"persistedQuery": {"version": 1, "sha256Hash": digest(NAME)}}
    assert (await ask(trusting, query=NAME, extensions=both)).json() == ANSWER
    assert refused(await ask(trusting, extensions=both)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("told", ["abc", 1, {"x": 1}, "sha256:" + "g" * 64])
async def test_what_is_no_hash_is_no_request(trusting: World, told: Any) -> None:
    assert refused(await ask(trusting, documentId=told)) == (400, "BAD_REQUEST")
    assert refused(await ask(trusting, extensions={"persistedQuery": told})) == (400, "BAD_REQUEST")


async def test_a_hash_of_another_document_is_refused(trusting: World) -> None:
    assert refused(await ask(trusting, query=OTHER, documentId=digest(NAME))) == (400, "BAD_REQUEST")


async def test_the_mode_decides_about_documents_that_are_not_written_down(
    trusting: World, caplog: pytest.LogCaptureFixture
) -> None:
    trust(trusting, "enforce", NAME)
    assert refused(await ask(trusting, query=OTHER)) == (403, "FORBIDDEN")
    assert (await ask(trusting, query=NAME)).json() == ANSWER
    caplog.clear()
    with caplog.at_level(logging.WARNING, "gateway.trusted"):
        trust(trusting, "off", NAME)
        assert (await ask(trusting, query=OTHER)).status_code == 200
        assert caplog.messages == []
        trust(trusting, "log", NAME)
        assert (await ask(trusting, query=OTHER)).status_code == 200
    (line,) = caplog.messages
    assert digest(OTHER) in line
    assert "accountType" not in line


async def test_a_client_without_a_manifest_has_the_mode_of_the_settings(
    world_database: Address, tmp_path: Path
) -> None:
    async with opened(world_database, tmp_path, documents_mode="enforce") as world:
        assert refused(await ask(world, query=NAME)) == (403, "FORBIDDEN")


def test_a_folder_of_manifests_is_read_at_start(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(written(["a", "b"], "enforce", [NAME]))
    (tmp_path / "c.json").write_text(written(["c"], "log", [OTHER]))
    found = Trusted.load(tmp_path, "off")
    assert {client: manifest.mode for client, manifest in found.manifests.items()} == {
        "a": "enforce",
        "b": "enforce",
        "c": "log",
    }
    (tmp_path / "d.json").write_text(written(["a"], "log", [OTHER]))
    with pytest.raises(BadManifest, match="a has a manifest already"):
        Trusted.load(tmp_path, "off")
    with pytest.raises(BadManifest, match="no folder"):
        Trusted.load(tmp_path / "nowhere", "off")


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"clients": [], "documents": {}}', '{"clients": ["a"], "documents": {"x": 1}}',
     '{"clients": ["a"], "documents": {"abc": "{ a }"}}', '{"clients": ["a"], "mode": "maybe", "documents": {}}'],
)  # fmt: skip
def test_a_manifest_that_cannot_be_trusted_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(BadManifest):
        read(tmp_path / "x.json")


def test_a_manifest_is_built_from_a_folder_and_checked(tmp_path: Path) -> None:
    """A document that the schema or a limit refuses is found before it is rolled out"""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "name.graphql").write_text(NAME)
    run = CliRunner().invoke
    built = run(app, ["documents", "build", str(folder), "--client", "front", "--mode", "log"])
    assert (built.exit_code, json.loads(built.output)["documents"]) == (0, {digest(NAME): NAME})
    manifest = tmp_path / "front.json"
    manifest.write_text(built.output)
    assert run(app, ["documents", "check", str(manifest)]).exit_code == 0
    (folder / "bad.graphql").write_text("{ nothing }")
    failed = run(app, ["documents", "build", str(folder), "--client", "front"])
    assert failed.exit_code == 2
    assert "bad.graphql: Cannot query field 'nothing'" in failed.output
    manifest.write_text(written(["front"], "log", ["{ nothing }"]))
    assert run(app, ["documents", "check", str(tmp_path)]).exit_code == 1
    assert run(app, ["documents", "check", str(folder)]).exit_code == 2
    assert run(app, ["documents", "build", str(folder), "--client", "a", "--mode", "no"]).exit_code == 2
