import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLInputObjectType, build_schema

from resolvers import rules
from resolvers.rules.refused import Refused, bad_input
from tenancy.errors import CODES
from tenancy.tables import Table

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
    refused = bad_input("I-8", "quantity", maximum="1.00")
    assert refused == Refused("BAD_USER_INPUT", "I-8", "quantity", {"maximum": "1.00"})


def _told() -> Iterator[tuple[str, str, str]]:
    """Every text that a rule hands to a parameter named `rule` or `field`: (file, parameter, text)."""
    common = {node.name: node for node in ast.walk(_tree("refused.py")) if isinstance(node, ast.FunctionDef)}
    for path in RULES:
        tree = _tree(path.name)
        local = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        known = {name: [arg.arg for arg in node.args.args] for name, node in (common | local).items()}
        known["Refused"] = ["code", "rule", "field", "details"]
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            names = known.get(call.func.id, []) if isinstance(call.func, ast.Name) else []
            for name, value in zip(names, call.args, strict=False):
                text = getattr(value, "value", None)
                if name.rstrip("_") in ("rule", "field") and isinstance(text, str):
                    yield path.stem, name.rstrip("_"), text


def _tree(name: str) -> ast.Module:
    return ast.parse((Path(rules.__file__).parent / name).read_text())


_LAST = {"CA": 38, "WS": 27, "PC": 33, "CS": 58, "AE": 89, "D": 45, "I": 20, "C": 13}
"""The requirements, the examples, the decisions and the invariants of the domain, and the races of security."""


def test_5_1_a_refusal_names_a_requirement_that_there_is() -> None:
    told = [(file, text) for file, name, text in _told() if name == "rule"]
    assert len(told) > 70
    for file, text in told:
        kind, _, number = text.partition("-")
        assert re.fullmatch(r"\d+", number), (file, text)
        assert int(number) <= _LAST.get(kind, 0), (file, text)


def test_5_1_a_refusal_names_an_input_or_a_column_that_is_imported() -> None:
    schema = build_schema((Path(__file__).parents[3] / "schema.graphql").read_text())
    known = {column.name for table in Table.metadata.sorted_tables for column in table.columns}
    for kind in schema.type_map.values():
        for name, field in getattr(kind, "fields", {}).items():
            known |= {name} if isinstance(kind, GraphQLInputObjectType) else set(getattr(field, "args", ()))
    told = [(file, text.partition(".")[0]) for file, name, text in _told() if name == "field"]
    assert len(told) > 60
    for file, text in told:
        head, *words = text.split("_")
        assert {text, head + "".join(map(str.capitalize, words))} & known, (file, text)
