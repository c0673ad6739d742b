"""Charts as SVG, drawn on the server: no script, legible in black and white, and with their figures as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Final

WIDTH: Final = 760
_NAME: Final = 270
_ROW: Final = 36
_BAR: Final = 14
_LONGEST: Final = 36
"""Characters of a label that fit before the bars, however wide they are."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a row is about: its name, and below it smaller, where that belongs."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Consumption against purchase of one line, in one unit."""

    label: Label
    unit: str
    bought: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a package, both ends included."""

    label: Label
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
            *_labelled(bar.label, told, top),
            f'<rect class="{kind}" x="{_NAME}" y="{top + 6}" width="{filled:.1f}" height="{_BAR}"/>',
            f'<rect class="frame" x="{_NAME}" y="{top + 6}" width="{frame:.1f}" height="{_BAR}"/>',
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
        shapes += [
            *_labelled(span.label, f"until {span.last.isoformat()}", top),
            f'<rect class="{_kind(span, today)}" x="{place(span.first):.1f}" y="{top + 8}" '
            f'width="{max(place(span.last) - place(span.first), 2):.1f}" height="10" rx="3"/>',
        ]
    if begin <= today:
        at = f"{place(today):.1f}"
        shapes.append(f'<line class="today" x1="{at}" y1="0" x2="{at}" y2="{len(spans) * _ROW}"/>')
    return _drawing("Expiry of packages", len(spans) * _ROW, shapes)


def _kind(span: Span, today: date) -> str:
    if span.first > today:
        return "later"
    return "gone" if span.last < today else "runs"


def _labelled(label: Label, told: str, top: int) -> list[str]:
    """The texts of a row: on the left what it is about, on the right what is to be read of it."""
    return [
        f'<text x="0" y="{top + 16}">{escape(_short(label.name))}</text>',
        f'<text class="about" x="0" y="{top + 29}">{escape(_short(label.about))}</text>',
        f'<text class="told" x="{WIDTH}" y="{top + 16}">{escape(told)}</text>',
    ]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _drawing(title: str, height: int, shapes: Sequence[str]) -> str:
    inside = "\n".join(shapes)
    return (
        f'<svg viewBox="0 0 {WIDTH} {max(height, 1)}" role="img" aria-label="{escape(title, quote=True)}">\n'
        f"{inside}\n</svg>"
    )
