"""What is installed is new enough to be free of the known holes."""

from importlib.metadata import version

import pytest
from packaging.version import Version

from tenancy.embedded import binaries

FLOORS = {
    "strawberry-graphql": "0.341.2",
    "graphql-core": "3.3.2",
    "authlib": "1.9.9",
    "joserfc": "1.8.0",
    "starlette": "1.10",
    "uvicorn": "0.54",
}
POSTGRESQL = {15: "15.14", 16: "16.10", 17: "17.6", 18: "18.0"}
"""The first minor release of each major version that does not show sampled values past a policy (CVE-2025-8713)."""


@pytest.mark.parametrize("package", FLOORS)
def test_packages(package: str) -> None:
    assert Version(version(package)) >= Version(FLOORS[package])


def test_graphql_core_is_the_series_that_the_executor_knows() -> None:
    assert Version(version("graphql-core")) < Version("3.4")


def test_the_embedded_postgresql() -> None:
    preferred = next(binaries.at_hand())
    assert Version(preferred.version) >= Version(POSTGRESQL[preferred.major])
