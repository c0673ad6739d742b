from pathlib import Path

import pytest

from tests.gateway.demo.idp import Idp, lay_keys


@pytest.fixture
def idp(tmp_path: Path) -> Idp:
    lay_keys(tmp_path)
    return Idp(tmp_path)
