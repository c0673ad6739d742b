"""README and docs/ against what is there: links, files, commands and settings that they name exist, documents fit."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import LoneAnonymousOperationRule, build_schema, parse, specified_rules, validate
from typer.main import get_group

from gateway.cli import app
from gateway.settings import Settings
from tests.house.source import ROOT, name, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
FOLDERS = "gateway|schema|resolvers|tenancy|migrations|docs|tests|benchmarks|examples|console"
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
DOCUMENT = re.compile(r"^```graphql\n(.*?)^```", re.MULTILINE | re.DOTALL)
RULES = tuple(rule for rule in specified_rules if rule is not LoneAnonymousOperationRule)
"""A block of a page may hold several documents."""
PLACE = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
FICTION = re.compile("renewal")
"""The noun that docs/add-a-noun.md tells how to add."""


def _there() -> set[str]:
    """Every file and folder of a clone."""
    files = {Path(name(path)) for path in tracked()}
    return {str(each) for file in files for each in (file, *file.parents)}


THERE = _there()


def _heads(page: Path) -> set[str]:
    """The anchors that a page has for its headings."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def _dead(page: Path) -> Iterator[str]:
    for place, anchor in LINK.findall(page.read_text()):
        target = (page.parent / place).resolve() if place else page
        if not target.is_relative_to(ROOT) or str(target.relative_to(ROOT)) not in THERE:
            yield place
        elif anchor and anchor not in _heads(target):
            yield f"{place}#{anchor}"


def _unknown(pattern: str, known: set[str]) -> dict[str, set[str]]:
    """What pages name by this pattern and is not there; the pages with it."""
    found = {name(page): set(re.findall(pattern, page.read_text())) - known for page in PAGES}
    return {page: names for page, names in found.items() if names}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(_dead(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    """A module may be named without its ending."""
    named = {place.rstrip("/") for place in PLACE.findall(page.read_text()) if not FICTION.search(place)}
    assert {place for place in named if not {place, f"{place}.py"} & THERE} == set()


def test_every_document_fits_the_schema() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())
    documents = [(name(page), text) for page in PAGES for text in DOCUMENT.findall(page.read_text())]
    # A page about conversations has turns that leave documents out.
    spoken = [(page, text) for page, text in documents if "# viewer:" not in text]
    assert spoken
    assert [(page, errors) for page, text in spoken if (errors := validate(schema, parse(text), RULES))] == []


def test_every_command_of_make_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert _unknown(r"`make ([a-z-]+)", set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))) == {}


def test_every_command_of_the_gateway_is_there() -> None:
    assert _unknown(r"[`/]gateway ([a-z]+)", set(get_group(app).commands)) == {}


def test_every_setting_that_is_named_is_there() -> None:
    settings = {f"GATEWAY_{each.upper()}" for each in Settings.model_fields}
    assert _unknown(r"\b(GATEWAY_[A-Z_]*[A-Z])(?![_*])\b", settings) == {}


def test_the_first_page_leads_to_every_other() -> None:
    linked = {place for place, _ in LINK.findall((ROOT / "README.md").read_text())}
    assert {name(page) for page in PAGES if name(page.parent) == "docs"} - linked == set()
