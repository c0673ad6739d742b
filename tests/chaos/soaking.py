"""`make soak`: load for long and no fault; whether memory or open files grow (F-19)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression

from tests.chaos.running import Say, Window, fielded


async def soak(folder: Path, minutes: float, rate: float, say: Say) -> dict[str, float]:
    """F-19: mixed load for long; how memory and open files go, per minute, after a third of the time."""
    async with fielded(folder, rate, say) as field:
        looks: list[Look] = []
        until = field.now + minutes * 60
        while field.now < until:
            await asyncio.sleep(min(5.0, minutes * 3))
            looks.append(Look(field.now / 60, field.memory, field.files))
        window = field.told(Window("soak", 0, field.now, field.between(0, field.now)))
    return {**growth(looks), "available": window.available, "p99": window.p99}


@dataclass(frozen=True)
class Look:
    """What a process has at a minute: megabytes, and open files."""

    minute: float
    memory: float
    files: float


def growth(looks: Sequence[Look]) -> dict[str, float]:
    """How both grow by the minute, once a third of the time has passed: until then caches fill."""
    kept = looks[len(looks) // 3 :]
    times = [each.minute for each in kept]
    return {
        "megabytes a minute": linear_regression(times, [each.memory for each in kept]).slope,
        "files a minute": linear_regression(times, [each.files for each in kept]).slope,
    }
