"""What every vocabulary shares: a word is spelled as its name."""

from enum import StrEnum


class Word(StrEnum):
    """A closed vocabulary; value and name are the same text."""

    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        # `StrEnum` alone would fold the name to lower case.
        return name
