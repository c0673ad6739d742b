"""The closed list of codes: documented, and each of them reached by somebody who asks the API (domain 5.2)."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tenancy.codes import CODES, Kind

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "errors.md"

OUTSIDE_CONVERSATIONS: Final = {
    "BAD_REQUEST": "tests/gateway/test_endpoint.py",
    "GRAPHQL_PARSE_FAILED": "tests/gateway/test_endpoint.py",
    "GRAPHQL_VALIDATION_FAILED": "tests/gateway/test_endpoint.py",
    "QUERY_TOO_COMPLEX": "tests/resolvers/test_commands.py",
    "RATE_LIMITED": "tests/gateway/test_limits.py",
    "UNAVAILABLE": "tests/resolvers/test_commands.py",
    "DEADLINE_EXCEEDED": "tests/gateway/test_surprises.py",
    "INTERNAL": "tests/gateway/test_surprises.py",
    "IDEMPOTENCY_IN_PROGRESS": "tests/resolvers/test_case_opening.py",
    "ACTIVE_CHILDREN": "tests/resolvers/test_case_customs.py",
    "CHILD_LIMIT": "tests/resolvers/test_case_customs.py",
    "NO_ACTIVE_RULE_SET": "tests/resolvers/test_routing.py",
}
"""Codes that no conversation can come to, and the test that does."""

TITLES: Final = {
    Kind.ACCESS: "Who you are, and what you may (`errors[].extensions.code`)",
    Kind.TECHNICAL: "The request, and the service (`errors[].extensions.code`)",
    Kind.BUSINESS: "Rules of the business (`userErrors[].code` of mutations, `errors[]` of queries)",
}


def page() -> str:
    """The documentation of all codes, made from the list itself."""
    lines = [_HEAD]
    for kind, title in TITLES.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| code | what it says | what to do next | rule |",
            "| --- | --- | --- | --- |",
        ]
        told = ((code, meaning) for code, meaning in CODES.items() if meaning.kind is kind)
        lines += [f"| `{code}` | {each.message} | {each.next_step} | {each.rule} |" for code, each in told]
    return "\n".join(lines) + "\n"


_HEAD: Final = """# Error codes

The list is closed: no answer carries another code. The message of a code is always the same text, so it can never tell
about somebody else's row; `field` names the input, `rule` the requirement, and `nextStep` says what to do. Hidden and
absent things answer alike, with `NOT_FOUND`. A refused mutation has changed nothing. This page is generated from
`tenancy/codes.py` by `pytest tests/tenancy/test_codes.py --bless`.

An answer with anything in it is 200, and its errors say by their `path` what is missing. Where all of it is lost,
because every field at the root ended with `UNAVAILABLE` or `DEADLINE_EXCEEDED` (the database went away, the answer to
a commit was lost), there is no `data`, and the status is that of a request which could not be run: 503 with
`Retry-After`, or 504. After a 503 the same may be sent again, a mutation with the same idempotency key;
`retryable: true` says so too. Sockets and event streams have no status: there code and `retryable` tell."""


def test_the_page_is_the_list(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--bless"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


def test_every_code_says_what_raises_it_and_what_to_do_next() -> None:
    for meaning in CODES.values():
        assert all(text.strip() for text in (meaning.rule, meaning.message, meaning.next_step))
        assert meaning.message.endswith(".")
        assert meaning.next_step.endswith(".")


def test_every_code_is_reached_by_a_conversation_or_a_named_test() -> None:
    answered = {code for path in (ROOT / "tests/conversations").rglob("*.json") for code in _codes(_read(path))}
    assert answered <= CODES.keys()
    assert CODES.keys() - answered - OUTSIDE_CONVERSATIONS.keys() == set()
    stale = {code for code, path in OUTSIDE_CONVERSATIONS.items() if not _names(ROOT / path, code)}
    assert stale == set()


def test_no_code_is_raised_that_is_not_listed() -> None:
    """A misspelt code would be a surprise of its own"""
    raised = {
        (str(path.relative_to(ROOT)), word)
        for floor in ("gateway", "schema", "resolvers", "tenancy")
        for path in (ROOT / floor).rglob("*.py")
        for word in _raised(path)
    }
    assert {(path, code) for path, code in raised if code not in CODES} == set()


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _codes(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        if isinstance(answer.get("code"), str):
            yield answer["code"]
        for each in answer.values():
            yield from _codes(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from _codes(each)


def _names(path: Path, code: str) -> bool:
    """Whether that test expects the code: as a text of its own, or inside one."""
    texts = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and re.search(rf"\b{code}\b", text) for text in texts)


_REFUSALS: Final = {"Refusal", "BusinessRefusal", "Refused", "Unavailable", "Forbidden", "NotFound", "BadInput"}


def _raised(path: Path) -> Iterator[str]:
    """The codes that refusals are made with, as the first argument."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REFUSALS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
