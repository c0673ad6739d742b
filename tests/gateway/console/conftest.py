from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from gateway.console import routes
from tests.built import built_console

__all__ = ["Somebody", "Visit", "assets", "built_console", "visit"]


@dataclass(frozen=True)
class Somebody:
    name: str = "Ada Lindqvist"
    account_type: str = "WORK_SCHOOL"
    is_administrator: bool = True


Visit = Callable[[Somebody | None], TestClient]


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """What a build leaves behind, in miniature."""
    static = tmp_path / "assets" / "static"
    static.mkdir(parents=True)
    (static.parent / "index.html").write_text("<!doctype html><title>Console</title>")
    (static / "index-a1.js").write_text("export {};")
    (static / "index-a1.js.gz").write_bytes(b"\x1f\x8b packed")
    (static / "icon-b2.ttf").write_bytes(b"glyphs")
    (tmp_path / "assets" / ".stamp").write_text("secret")
    return static.parent


@pytest.fixture
def visit(assets: Path) -> Visit:
    """A browser's view of the console for one person, or for nobody."""

    def visiting(person: Somebody | None) -> TestClient:
        async def viewer_of(_: Request) -> Somebody | None:
            return person

        return TestClient(Starlette(routes=routes(viewer_of, assets=assets)), follow_redirects=False)

    return visiting
