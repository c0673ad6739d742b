"""Makes documents harder: conditions, variables, aliases, repeated fields, fragments of both kinds.

hypothesis-graphql writes valid documents with few of these. The result means the same or less, and stays valid
(a document that does not is thrown away by the caller).
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    parse,
    parse_type,
    print_ast,
    value_from_ast_untyped,
)


@dataclass
class Seasoned:
    """A document with the variables that it needs."""

    text: str
    variables: dict[str, Any]


def season(schema: GraphQLSchema, text: str, random: Random) -> Seasoned:
    """A variation of a document."""
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    root = schema.get_root_type(operation.operation)
    work = _Seasoning(schema, random)
    selections = work.selection_set(operation.selection_set, root)
    made = OperationDefinitionNode(
        operation=operation.operation,
        selection_set=selections,
        variable_definitions=tuple(work.definitions),
        directives=(),
    )
    document = DocumentNode(definitions=(made, *work.fragments))
    return Seasoned(print_ast(document), work.variables)


@dataclass
class _Seasoning:
    schema: GraphQLSchema
    random: Random
    definitions: list[VariableDefinitionNode] = field(default_factory=list)
    fragments: list[FragmentDefinitionNode] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def selection_set(self, node: SelectionSetNode, parent: Any) -> SelectionSetNode:
        made: list[SelectionNode] = []
        for selection in node.selections:
            seasoned = self.selection(selection, parent)
            made.append(seasoned)
            if isinstance(seasoned, FieldNode) and self.maybe(0.1):
                made.append(self.selection(selection, parent))
        if self.maybe(0.15):
            made.insert(0, FieldNode(name=NameNode(value="__typename"), arguments=(), directives=()))
        return SelectionSetNode(selections=tuple(self.wrapped(made, parent)))

    def selection(self, node: SelectionNode, parent: Any) -> SelectionNode:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            type_ = self.schema.get_type(condition.name.value) if condition else parent
            return InlineFragmentNode(
                type_condition=condition,
                directives=self.directives(),
                selection_set=self.selection_set(node.selection_set, type_),
            )
        assert isinstance(node, FieldNode)
        definition = self.schema.get_field(parent, node.name.value)
        assert definition is not None
        below = node.selection_set
        return FieldNode(
            alias=self.alias(node),
            name=node.name,
            arguments=tuple(self.argument(each, definition) for each in node.arguments or ()),
            directives=self.directives(),
            selection_set=below and self.selection_set(below, get_named_type(definition.type)),
        )

    def wrapped(self, made: list[SelectionNode], parent: Any) -> list[SelectionNode]:
        if not self.maybe(0.2):
            return made
        cut = self.random.randrange(len(made))
        inside = SelectionSetNode(selections=tuple(made[cut:]))
        condition = NamedTypeNode(name=NameNode(value=parent.name))
        if self.maybe(0.5):
            typed = condition if self.maybe(0.5) else None
            inline = InlineFragmentNode(type_condition=typed, directives=self.directives(), selection_set=inside)
            return [*made[:cut], inline]
        name = NameNode(value=f"F{len(self.fragments)}")
        self.fragments.append(
            FragmentDefinitionNode(name=name, type_condition=condition, directives=(), selection_set=inside)
        )
        spread = FragmentSpreadNode(name=name, directives=self.directives())
        return [*made[:cut], spread, *([spread] if self.maybe(0.3) else [])]

    def alias(self, node: FieldNode) -> NameNode | None:
        if node.alias is None and self.maybe(0.1):
            return NameNode(value=f"{node.name.value}_{self.random.randrange(3)}")
        return node.alias

    def argument(self, node: ArgumentNode, definition: Any) -> ArgumentNode:
        if node.name.value not in definition.args or not self.maybe(0.3):
            return node
        type_ = str(definition.args[node.name.value].type)
        return ArgumentNode(name=node.name, value=self.variable(type_, value_from_ast_untyped(node.value)))

    def directives(self) -> tuple[DirectiveNode, ...]:
        if not self.maybe(0.12):
            return ()
        name, value = self.random.choice(["skip", "include"]), self.maybe(0.5)
        condition: Any = BooleanValueNode(value=value)
        if self.maybe(0.8):
            condition = self.variable("Boolean!", value)
        argument = ArgumentNode(name=NameNode(value="if"), value=condition)
        return (DirectiveNode(name=NameNode(value=name), arguments=(argument,)),)

    def variable(self, type_: str, value: Any) -> VariableNode:
        node = VariableNode(name=NameNode(value=f"v{len(self.definitions)}"))
        self.definitions.append(VariableDefinitionNode(variable=node, type=parse_type(type_), directives=()))
        self.variables[node.name.value] = value
        return node

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance
