"""How much processor time processes used, from /proc, and on which machine."""

import os
import platform
import sys
import sysconfig
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """User and system time of one process."""
    return sum(_times(pid)[:2]) / _TICK


def family_seconds(pid: int) -> float:
    """The same of a process, of its children, and of the children that it has buried."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = sum(_times(pid))
    for child in children:
        try:
            total += sum(_times(int(child))[:2])
        except (FileNotFoundError, ProcessLookupError):  # it ended before or while its file was read
            continue
    return total / _TICK


def busy_seconds() -> float:
    """Time that all processors together did not idle."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle, waiting, stolen = fields[3], fields[4], fields[7]
    return (sum(fields) - idle - waiting - stolen) / _TICK


def _times(pid: int) -> list[int]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "processor": _model(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.release()}, {_distribution()}",
        "python": f"{platform.python_version()}, {_build()}",
    }


def _build() -> str:
    """How the interpreter was built: without PGO and LTO it is 15 to 30 % slower. A distribution asks for them by other
    ways than the arguments that the interpreter remembers."""
    compiler = sys.version.partition("[")[2].rstrip("]")
    if sys.base_prefix == "/usr":
        return f"as the distribution builds it, {compiler}"
    given = sysconfig.get_config_var("CONFIG_ARGS") or ""
    profiled = "--enable-optimizations" in given
    linked = "--with-lto" in given
    return f"{'with' if profiled else 'without'} PGO, {'with' if linked else 'without'} LTO, {compiler}"


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _distribution() -> str:
    release = Path("/etc/os-release")
    for line in release.read_text().splitlines() if release.exists() else []:
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return "unknown distribution"
