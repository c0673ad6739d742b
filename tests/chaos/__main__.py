"""`make chaos`: good traffic beside every group of attacks, then a fault a minute; `make soak`: the same load for long.

Ends with 1 when a target of security 4.2 is missed. The report goes to benchmarks/results/chaos.md.
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.chaos.running import chaos
from tests.chaos.soaking import soak
from tests.chaos.telling import draw, figures, written

RESULTS: Final = Path(__file__).parents[2] / "benchmarks" / "results"
SLOPE: Final = 1.0
"""Megabytes a minute that a soak may grow (F-19)."""


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=int, default=10, help="one fault each")
    parser.add_argument("--attack-seconds", type=float, default=20, help="of each attack, and of quiet between them")
    parser.add_argument("--rate", type=float, default=20, help="good requests a second")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="no attack, no fault: only load, and memory")
    parser.add_argument("--no-write", dest="write", action="store_false", help="print only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gateway-chaos-") as name:
        Path(name).chmod(0o711)  # so that root can hand the server to an account that is not root
        return _soaked(Path(name), asked) if asked.soak else _reported(Path(name), asked)


def _reported(folder: Path, asked: argparse.Namespace) -> int:
    run = asyncio.run(chaos(folder, asked.minutes, asked.attack_seconds, asked.rate, _say))
    about = (
        f"{asked.rate:g} good requests a second on {os.cpu_count()} cores, Python {platform.python_version()};"
        f" load average of the last 15 minutes {os.getloadavg()[2]:.1f}."
    )
    report = "\n".join(written(run, f"make chaos MINUTES={asked.minutes}", about))
    _say(report)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "chaos.md").write_text(report + "\n")
        draw(run, RESULTS / "chaos.svg")
    return int(not all(each.met for each in figures(run)))


def _soaked(folder: Path, asked: argparse.Namespace) -> int:
    found = asyncio.run(soak(folder, asked.soak, asked.rate, _say))
    for name, value in found.items():
        _say(f"{name}: {value:.3f}")
    return int(grows(found))


def grows(found: Mapping[str, float]) -> bool:
    """Whether that is more than a process may grow (F-19)."""
    return found["megabytes a minute"] > SLOPE or found["files a minute"] > 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  for people


if __name__ == "__main__":
    sys.exit(main())
