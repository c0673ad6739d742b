from pathlib import Path
from shutil import copytree

import pytest

from gateway.demo.provider_keys import KeyFile
from tests.gateway.demo.idp import Idp


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys made once: making them is the slow part of starting a provider."""
    folder = tmp_path_factory.mktemp("demo-idp")
    KeyFile(folder).read()
    return folder


@pytest.fixture
def idp(tmp_path: Path, made_keys: Path) -> Idp:
    copytree(made_keys, tmp_path / "demo-idp")
    return Idp(tmp_path)
