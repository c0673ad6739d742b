"""The bundled scripts, styles and fonts, compressed beforehand by the build."""

import mimetypes
import re
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, PlainTextResponse, Response

from gateway.console.headers import kept_for_good, secured

# One flat folder: a name with a slash, a leading dot or anything unusual is not one of ours.
_OURS: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MEDIA_TYPES: Final = {".js": "text/javascript", ".ttf": "font/ttf", ".woff2": "font/woff2"}


def respond(folder: Path, name: str, encodings: frozenset[str]) -> Response:
    """The named file, in its gzip form when there is one and the client takes it; 404 for anything else."""
    path = folder / name
    if not _OURS.fullmatch(name) or name.endswith(".gz") or not path.is_file():
        return secured(PlainTextResponse("Not found.", status_code=404))
    packed = folder / f"{name}.gz"
    if "gzip" in encodings and packed.is_file():
        return kept_for_good(FileResponse(packed, media_type=_media_type(path), headers={"Content-Encoding": "gzip"}))
    return kept_for_good(FileResponse(path, media_type=_media_type(path)))


def _media_type(path: Path) -> str:
    # Not from the machine's own tables alone: some systems call a script text/plain, which nosniff then blocks.
    known = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"
