"""What `gateway check` finds: a fault of a configuration, and the way out."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """`about` is a setting or a thing, `told` what is so, `advice` what to do next."""

    level: Level
    about: str
    told: str
    advice: str
