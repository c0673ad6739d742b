"""Charts as SVG, drawn on the server: no script, legible in black and white, and with their figures as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

WIDTH: Final = 760
_NAME: Final = 270
_ROW: Final = 26
_BAR: Final = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """Consumption against purchase of one line, in one unit."""

    name: str
    unit: str
    bought: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a package, both ends included."""

    name: str
    first: date
    last: date


def consumption(bars: Sequence[Bar]) -> str:
    """A bar per line: the frame is what was bought, the filling what was used; beyond the frame is overdrawn."""
    room = WIDTH - _NAME - 150
    shapes = []
    for number, bar in enumerate(bars):
        top = number * _ROW
        most = max(bar.bought, bar.used, Decimal("0.01"))
        frame, filled = (float(each / most) * room for each in (bar.bought, max(bar.used, Decimal(0))))
        kind = "over" if bar.used > bar.bought else "used"
        told = f"{bar.used:.2f} of {bar.bought:.2f} {bar.unit.lower()}"
        shapes += [
            f'<text x="0" y="{top + 15}">{escape(_short(bar.name))}</text>',
            f'<rect class="{kind}" x="{_NAME}" y="{top + 4}" width="{filled:.1f}" height="{_BAR}"/>',
            f'<rect class="frame" x="{_NAME}" y="{top + 4}" width="{frame:.1f}" height="{_BAR}"/>',
            f'<text class="told" x="{WIDTH}" y="{top + 15}">{escape(told)}</text>',
        ]
    return _drawing("Consumption against purchase", len(bars) * _ROW, shapes)


def expiry(spans: Sequence[Span], today: date) -> str:
    """A line per package from its first to its last day, and where today is."""
    if not spans:
        return _drawing("Expiry of packages", 0, [])
    begin, end = min(span.first for span in spans), max(max(span.last for span in spans), today)
    days = max((end - begin).days, 1)
    room = WIDTH - _NAME - 110

    def place(day: date) -> float:
        return _NAME + (day - begin).days / days * room

    shapes = []
    for number, span in enumerate(spans):
        top = number * _ROW
        kind = "gone" if span.last < today else "runs"
        shapes += [
            f'<text x="0" y="{top + 15}">{escape(_short(span.name))}</text>',
            f'<rect class="{kind}" x="{place(span.first):.1f}" y="{top + 6}" '
            f'width="{max(place(span.last) - place(span.first), 2):.1f}" height="10" rx="3"/>',
            f'<text class="told" x="{WIDTH}" y="{top + 15}">until {span.last.isoformat()}</text>',
        ]
    if begin <= today:
        at = f"{place(today):.1f}"
        shapes.append(f'<line class="today" x1="{at}" y1="0" x2="{at}" y2="{len(spans) * _ROW}"/>')
    return _drawing("Expiry of packages", len(spans) * _ROW, shapes)


def _short(name: str) -> str:
    return name if len(name) <= 36 else f"{name[:35]}…"


def _drawing(title: str, height: int, shapes: Sequence[str]) -> str:
    inside = "\n".join(shapes)
    return (
        f'<svg viewBox="0 0 {WIDTH} {max(height, 1)}" role="img" aria-label="{escape(title, quote=True)}">\n'
        f"{inside}\n</svg>"
    )
