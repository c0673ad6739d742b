"""The picture: processor time per request, a panel per query, a bar per server; PostgreSQL's share is lighter."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

if TYPE_CHECKING:
    from benchmarks.report import Row

_ACROSS = 3
_OURS, _THEIRS, _DATABASE = "#0f6cbd", "#8a8886", "#d2d0ce"


def draw(rows: "Sequence[Row]", file: Path) -> None:
    """Writes the picture; servers whose bar would dwarf all others are cut and say their figure."""
    queries = list(dict.fromkeys(row.query for row in rows))
    mpl.rcParams["svg.hashsalt"] = "benchmarks"
    across = min(len(queries), _ACROSS)
    down = -(-len(queries) // across)
    figure, grid = plt.subplots(down, across, figsize=(4.6 * across, 3.4 * down), squeeze=False)
    panels = list(grid.flat)
    for panel, query in zip(panels, queries, strict=False):
        _panel(panel, query, [row for row in rows if row.query == query])
    for empty in panels[len(queries) :]:
        empty.set_axis_off()
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def _panel(panel: Axes, query: str, rows: "Sequence[Row]") -> None:
    ordered = sorted(rows, key=lambda row: -row.server_cpu_s_per_1000)
    names = [row.server for row in ordered]
    own = [row.server_cpu_s_per_1000 for row in ordered]
    database = [row.postgres_cpu_s_per_1000 for row in ordered]
    panel.barh(names, own, color=[_OURS if name == "gateway" else _THEIRS for name in names], label="server")
    panel.barh(names, database, left=own, color=_DATABASE, label="PostgreSQL")
    widest = 4 * sorted(own)[len(own) // 2] + max(database)
    panel.set_xlim(0, min(widest, 1.1 * max(a + b for a, b in zip(own, database, strict=True))))
    for place, (mine, theirs) in enumerate(zip(own, database, strict=True)):
        if mine + theirs > widest:
            panel.text(0.97 * widest, place, f"{mine:.1f}", ha="right", va="center", color="white")
    panel.set_title(query.replace("_", " "))
    panel.set_xlabel("CPU ms per request")
