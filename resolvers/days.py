"""The day that a figure is asked for."""

from datetime import date
from typing import Final

from tenancy.errors import BadInput
from tenancy.scope import Scope

FIRST_DAY: Final = date(2000, 1, 1)
"""Nothing is older; every window that ends on or after it can be computed."""


def day_asked(scope: Scope, as_of: date | None) -> date:
    """The day of `as_of`, today without it; BAD_USER_INPUT for one before the records begin, or still to come."""
    day = as_of or scope.today
    if not FIRST_DAY <= day <= scope.today:
        raise BadInput(field="as_of", details={"minimum": FIRST_DAY.isoformat(), "maximum": scope.today.isoformat()})
    return day
