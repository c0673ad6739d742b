"""Golden texts: what is printed is compared with what was committed; `--bless` commits what is printed."""

from pathlib import Path

import pytest

from tests.talk import difference


def compare(request: pytest.FixtureRequest, file: Path, printed: str) -> None:
    """Fail with the difference, or, with `--bless`, take it."""
    if request.config.getoption("--bless"):
        file.write_text(printed)
    expected = file.read_text() if file.exists() else ""
    if printed != expected:
        pytest.fail(difference(expected, printed, file.name), pytrace=False)
