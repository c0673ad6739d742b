"""Values of files as PostgreSQL's COPY reads them, by the type of the column.

A writer takes a decoded JSON value, never None, and answers the text of one COPY field, or raises `Unfit` with the
rule in words. COPY's text format is used because it does not depend on the codecs of the connection.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Enum, Integer, LargeBinary, Numeric, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from tenancy.importing.problems import Unfit

Writer = Callable[[Any], str]

NULL: Final = "\\N"

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*").fullmatch
_SPECIAL: Final = re.compile(r"[\\\t\n\r\0]").search
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def writer(kind: TypeEngine[Any]) -> Writer:
    """The writer of a column's type. TypeError for a type that no table has used so far."""
    for known, made in _MAKERS:
        if isinstance(kind, known):
            return made(kind)
    raise TypeError(f"no writer for {kind!r}")


def _uuid(_: object) -> Writer:
    def write(value: Any) -> str:
        if type(value) is str:
            if _UUID(value):
                return value
            if _UUID(value.lower()):
                return value.lower()
        raise Unfit("must be a uuid such as 123e4567-e89b-12d3-a456-426614174000")

    return write


def _word(kind: Enum) -> Writer:
    # By value: the words of this program are text too, and are written as plain text.
    known = {word: str(word) for word in kind.enums}

    def write(value: Any) -> str:
        if isinstance(value, str) and value in known:
            return known[value]
        raise Unfit(f"must be one of {', '.join(known)}")

    return write


def _text(kind: String) -> Writer:
    longest = kind.length

    def write(value: Any) -> str:
        if not isinstance(value, str):
            raise Unfit("must be text")
        if longest is not None and len(value) > longest:
            raise Unfit(f"must have at most {longest} characters, has {len(value)}")
        return escaped(value)

    return write


def escaped(value: str) -> str:
    """Text as a COPY field; PostgreSQL holds every character but NUL."""
    if not _SPECIAL(value):
        return value
    if "\0" in value:
        raise Unfit("must not contain the character NUL")
    return value.translate(_ESCAPES)


def _boolean(_: object) -> Writer:
    def write(value: Any) -> str:
        if type(value) is bool:
            return "t" if value else "f"
        raise Unfit("must be true or false")

    return write


def _integer(kind: Integer) -> Writer:
    bits = 63 if isinstance(kind, BigInteger) else 31
    least, most = -(2**bits), 2**bits - 1

    def write(value: Any) -> str:
        # bool is an int in Python, not in a table.
        if type(value) is not int:
            raise Unfit("must be a whole number")
        if not least <= value <= most:
            raise Unfit(f"must lie between {least} and {most}")
        return str(value)

    return write


def _numeric(kind: "Numeric[Any]") -> Writer:
    scale, whole = kind.scale or 0, (kind.precision or 0) - (kind.scale or 0)

    def write(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Unfit("must be a number")
        number = _decimal(str(value))
        _, digits, exponent = number.normalize().as_tuple()
        if isinstance(exponent, int) and -exponent > scale:
            raise Unfit(f"must have at most {scale} decimal places")
        if isinstance(exponent, int) and len(digits) + exponent > whole:
            raise Unfit(f"must have at most {whole} digits before the point")
        return f"{number:.{scale}f}"

    return write


@lru_cache(maxsize=4096)
def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unfit("must be a number such as 12.50") from None
    # Decimal reads " 1 ", "1_000" and "NaN" too.
    if not number.is_finite() or "_" in text or text != text.strip():
        raise Unfit("must be a number such as 12.50")
    return number


def _date(_: object) -> Writer:
    def write(value: Any) -> str:
        return _day(value) if type(value) is str else _refuse("must be a date such as 2025-06-15")

    return write


@lru_cache(maxsize=4096)
def _day(text: str) -> str:
    try:
        # The pattern first: `fromisoformat` also reads weeks and dates without hyphens.
        return date.fromisoformat(text).isoformat() if _DATE(text) else _refuse("must be a date such as 2025-06-15")
    except ValueError:
        return _refuse("must be a date such as 2025-06-15")


def _moment(_: object) -> Writer:
    rule = "must be a moment with its zone, such as 2025-06-15T09:30:00Z"

    def write(value: Any) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return _refuse(rule)
        return moment.isoformat() if moment.tzinfo is not None else _refuse(rule)

    return write


def _json(_: object) -> Writer:
    def write(value: Any) -> str:
        if not isinstance(value, dict):
            raise Unfit("must be a JSON object")
        text = orjson.dumps(value).decode()
        # jsonb holds every character but NUL, however it is spelled.
        if "\\u0000" in text:
            raise Unfit("must not contain the character NUL")
        return escaped(text)

    return write


def _texts(_: object) -> Writer:
    def write(value: Any) -> str:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Unfit("must be a list of texts")
        quoted = ('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in value)
        return escaped("{" + ",".join(quoted) + "}")

    return write


def _bytes(_: object) -> Writer:
    def write(value: Any) -> str:
        if isinstance(value, str) and _HEX(value.lower()):
            return f"\\\\x{value.lower()}"
        raise Unfit("must be bytes in hexadecimal")

    return write


def _refuse(rule: str) -> str:
    raise Unfit(rule)


# Enum is a String to SQLAlchemy, so it comes first.
_MAKERS: Final[tuple[tuple[type[Any], Callable[[Any], Writer]], ...]] = (
    (Uuid, _uuid),
    (Enum, _word),
    (String, _text),
    (Boolean, _boolean),
    (Integer, _integer),
    (Numeric, _numeric),
    (Date, _date),
    (DateTime, _moment),
    (JSONB, _json),
    (ARRAY, _texts),
    (LargeBinary, _bytes),
)


def from_cell(kind: TypeEngine[Any]) -> Callable[[str], Any]:
    """How a CSV cell becomes the value that a writer of this type takes; what it cannot read it leaves as it is."""
    for known, read in _CELLS:
        if isinstance(kind, known):
            return read
    return str


def _json_cell(cell: str) -> Any:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell


def _whole(cell: str) -> Any:
    return int(cell) if re.fullmatch(r"-?\d{1,19}", cell, re.ASCII) else cell


_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}

_CELLS: Final[tuple[tuple[type[Any], Callable[[str], Any]], ...]] = (
    (Boolean, lambda cell: _BOOLEANS.get(cell, cell)),
    (Integer, _whole),
    (JSONB, _json_cell),
    (ARRAY, _json_cell),
)
