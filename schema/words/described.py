"""Enums of the contract: the words of the house, each with a description for the manual that GraphiQL shows."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry


def described(word: type[Enum], description: str, **values: str) -> None:
    """Make the word an enum of the contract. Every value needs a text; a missing or surplus one is an error."""
    made: Any = strawberry.enum(word, description=description)
    texts: Mapping[str, str] = values
    for value in made.__strawberry_definition__.values:
        value.description = texts[value.name]
    if len(texts) != len(word):
        raise ValueError(f"{word.__name__} has {len(word)} values, described are {sorted(texts)}")
