"""The closed set of things this house says no with.

    Refusal                     carries a `Code`, and at most field, rule and details
    |- NotFound                 unknown or not visible: the two look the same (D-31)
    |- Forbidden                visible, but a role is missing
    |- BadInput                 shape or range wrong; `field` tells where
    |- Unauthenticated          no token, or any check of it failed
    |- AccountTypeNotAllowed    a personal account where none are admitted
    |- Unavailable              come back later: nothing was done, or nobody knows
    |- RateLimited              come back in `seconds`: too much was asked in too short a time
    `- BusinessRefusal          a rule of the business; data on mutations (`userErrors`)

Every message is a constant of its code, so no refusal can carry a value of somebody else's row.
Anything that is raised and is no Refusal is a surprise: it is logged and masked as `INTERNAL`.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar

from tenancy.codes import CODES as CODES
from tenancy.codes import Kind as Kind


class Refusal(Exception):
    """A deliberate no. `code` is a key of `CODES` and part of the API; `rule` is a requirement id."""

    default: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        code: str | None = None,
        *,
        field: str | None = None,
        rule: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code or self.default
        self.field, self.rule, self.details = field, rule, details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return CODES[self.code].message

    @property
    def kind(self) -> Kind:
        return CODES[self.code].kind

    @property
    def extensions(self) -> dict[str, Any]:
        """What travels as `errors[].extensions` (domain 5.1): code, then field, rule and details where known."""
        field = None if self.field is None else camel(self.field)
        parts = {"code": self.code, "field": field, "rule": self.rule, "details": self.details}
        return {key: value for key, value in parts.items() if value is not None}


class NotFound(Refusal):
    default = "NOT_FOUND"


class Forbidden(Refusal):
    default = "FORBIDDEN"


class BadInput(Refusal):
    default = "BAD_USER_INPUT"


class Unauthenticated(Refusal):
    default = "UNAUTHENTICATED"


class AccountTypeNotAllowed(Refusal):
    default = "ACCOUNT_TYPE_NOT_ALLOWED"


class Unavailable(Refusal):
    """Nobody's fault but the moment's. `retryable`: the same, with the same key, may be sent again (F-05, F-15)."""

    default = "UNAVAILABLE"

    @property
    def extensions(self) -> dict[str, Any]:
        return {**super().extensions, **({"retryable": True} if self.code == self.default else {})}


class RateLimited(Refusal):
    """`policy` is the name of the rate that was exceeded, `seconds` the time until the same could be done."""

    default = "RATE_LIMITED"

    def __init__(self, policy: str, seconds: float) -> None:
        self.policy, self.seconds = policy, max(1, ceil(seconds))
        super().__init__(details={"policy": policy, "retryAfter": self.seconds})


class BusinessRefusal(Refusal):
    """A rule of the business was not met. On mutations it becomes a `userErrors` entry; on queries an error."""

    default = "CONFLICT"


def camel(name: str) -> str:
    """A field's name as clients spell it: `customer_id` is `customerId`; anything else stays as it is."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
