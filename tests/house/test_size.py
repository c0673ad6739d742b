"""Small enough to hold: a file is read in one sitting, a function on one screen."""

from statistics import median

from tests.house.source import PACKAGES, Function, everything, files, functions, name

A_SITTING = 250
A_SCREEN = 50


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_file_outgrows_a_sitting() -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in everything()}
    assert {path: lines for path, lines in sizes.items() if lines > A_SITTING} == {}


def test_no_function_outgrows_a_screen() -> None:
    sizes = {f"{name(path)}:{function.name}": length(function) for path in everything() for function in functions(path)}
    assert {place: lines for place, lines in sizes.items() if lines > A_SCREEN} == {}


def test_most_functions_are_a_glance() -> None:
    assert median(length(function) for path in files(*PACKAGES) for function in functions(path)) < 10
