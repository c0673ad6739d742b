"""How long an end may take, for whoever ends and for whoever waits for that (security 3.5)."""

from typing import Final

STOP: Final = 23.0
"""Seconds from the farewell to the end; the database below has what is left of 25 (security 3.5)."""

CLOSING: Final = 3.0
"""Of these, for the application's own end: letters, clocks, shares of rates, connections."""
