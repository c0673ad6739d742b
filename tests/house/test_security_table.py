"""docs/security-tests.md against the tests: what it names is there, and is about it."""

import re

from tests.house.source import ROOT

TABLE = ROOT / "docs" / "security-tests.md"
LINE = re.compile(r"^\| ([A-Z]-\d{2}[a-z]?|API\d+) \| .+ \| (\S+(?:, \S+)*) \|$", re.MULTILINE)
G = {f"G-{n:02}" for n in range(1, 27)} - {"G-19", "G-21", "G-23"}
H = {f"H-{n:02}" for n in range(1, 18)} - {"H-14", "H-15"}
K = {f"K-{n:02}" for n in range(1, 28)} - {"K-10", "K-14", "K-26"}
A = {f"A-{n:02}" for n in range(1, 14)} - {"A-11"}
T = {f"T-{n:02}" for n in range(1, 26)} - {"T-08", "T-23"}
C = {f"C-{n:02}" for n in range(1, 14)} - {"C-07", "C-11"}
E = {f"E-{n:02}" for n in range(1, 12)} - {"E-10"}
D = {f"D-{n:02}" for n in range(1, 7)}
SSRF = {"API7"}
F = {f"F-{n:02}" for n in range(1, 21)} - {"F-06", "F-12", "F-13", "F-14"}
W = {f"W-{n:02}" for n in range(1, 14)} - {"W-12"}


def named(id: str, text: str) -> bool:
    """In a docstring as H-05, in the name of a test as h05 or h_05, or inside a range: G-05 to G-09."""
    group, _, number = id.partition("-")
    if id in text or re.search(rf"test_(\w*_)?{group.lower()}_?{number}_", text):
        return True
    ranges = re.findall(rf"{group}-(\d+) to {group}-(\d+)", text)
    return any(int(low) <= int(number) <= int(high) for low, high in ranges)


def test_every_line_names_a_test_that_is_about_it() -> None:
    text = TABLE.read_text()
    lines = [(id, path) for id, paths in LINE.findall(text) for path in paths.split(", ")]
    assert len(LINE.findall(text)) == len(re.findall(r"^\| (?:[A-Z]-|API)\d", text, re.MULTILINE))
    assert [f"{id} {path}" for id, path in lines if not named(id, (ROOT / path).read_text())] == []


def test_no_attack_is_left_out() -> None:
    assert {id for id, _ in LINE.findall(TABLE.read_text())} >= G | H | K | A | T | C | E | D | F | W | SSRF
