"""The generated client of examples/python is that of today's schema."""

import ast

from graphql import DocumentNode, GraphQLEnumType, build_schema, parse, print_ast, validate

from tests.house.source import ROOT

EXAMPLES = ROOT / "examples"
CLIENT = EXAMPLES / "python" / "portfolio_client"
SCHEMA = build_schema((ROOT / "schema.graphql").read_text())
ASKED = parse((EXAMPLES / "portfolio.graphql").read_text())


def test_what_the_tools_ask_is_valid() -> None:
    assert validate(SCHEMA, ASKED) == []


def test_the_client_asks_what_the_file_says() -> None:
    calls = (node for node in ast.walk(_tree("client.py")) if isinstance(node, ast.Call))
    texts = [ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "gql"]
    assert _printed(parse("\n".join(texts))) == _printed(ASKED)


def test_the_client_knows_the_words_of_the_schema() -> None:
    told = {
        node.name: {ast.literal_eval(line.value) for line in node.body if isinstance(line, ast.Assign)}
        for node in _tree("enums.py").body
        if isinstance(node, ast.ClassDef)
    }
    assert told
    assert told == {name: set(_words(name)) for name in told}


def _tree(name: str) -> ast.Module:
    return ast.parse((CLIENT / name).read_text())


def _printed(document: DocumentNode) -> list[str]:
    return [print_ast(definition) for definition in document.definitions]


def _words(name: str) -> list[str]:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLEnumType)
    return list(found.values)
