"""Texts that commands take in: they fit, and PostgreSQL can hold them."""

from tenancy.errors import BadInput


def check_text(field: str, text: str | None, most: int, *, needed: bool = False, rule: str | None = None) -> None:
    """At most `most` characters, none of them NUL; one that is needed says something."""
    said = text or ""
    if len(said) > most or "\0" in said or (needed and not said.strip()):
        raise BadInput(field=field, rule=rule, details={"maximum": most})
