import ast
from collections.abc import Iterator
from pathlib import Path

from resolvers import rules
from resolvers.rules.refused import Refused, bad_input
from tenancy.errors import CODES

RULES = [*Path(rules.__file__).parent.glob("*.py")]


def _calls(name: str) -> Iterator[ast.Call]:
    for path in RULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def test_every_rule_refuses_with_a_code_of_the_closed_list() -> None:
    codes = {call.args[0].value for call in _calls("Refused") if isinstance(call.args[0], ast.Constant)}
    assert len(codes) > 20
    assert codes <= CODES.keys()


def test_no_rule_knows_a_database_or_a_clock() -> None:
    known = {"resolvers.rules", "tenancy.words", "tenancy.account_types"}
    for path in RULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(("tenancy", "resolvers")):
                assert any(node.module.startswith(name) for name in known), (path.name, node.module)
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("now", "today", "utcnow"), (path.name, node.lineno)


def test_a_wrong_input_names_the_rule_and_the_field() -> None:
    assert bad_input("I-6", "decrease_on") == Refused("BAD_USER_INPUT", "I-6", "decrease_on", None)
