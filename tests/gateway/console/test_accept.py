"""Reading `Accept` (H-16)."""

import pytest
from starlette.datastructures import Headers

from gateway.console.accept import Accept


def of(*lines: str) -> Accept:
    return Accept.of(Headers(raw=[(b"accept", line.encode()) for line in lines]))


@pytest.mark.parametrize(
    "lines",
    [(), ("",), ("*/*",), ("text/*;q=0.1",), ("TEXT/HTML",), ("image/png", "text/html"), ("text/html;a=1",)],
)
def test_html_is_taken(lines: tuple[str, ...]) -> None:
    assert of(*lines).takes("text/html")


@pytest.mark.parametrize("line", ["image/png", "application/json", "text/html;q=0", "text/html; q=0.000", "text/plain"])
def test_html_is_not_taken(line: str) -> None:
    assert not of(line).takes("text/html")


def test_only_browsers_name_html() -> None:
    assert of("text/html,application/xhtml+xml,*/*;q=0.8").names("text/html")
    assert not of("*/*").names("text/html")
    assert not of().names("text/html")
