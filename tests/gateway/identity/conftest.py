import pytest

from tests.gateway.identity.forge import Gate


@pytest.fixture
def gate() -> Gate:
    return Gate()
