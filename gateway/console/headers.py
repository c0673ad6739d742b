"""Security headers of the console's answers (H-11, H-17)."""

from typing import Final

from starlette.responses import Response

# Monaco sets inline styles; nothing else of the page needs more than its own origin. No `data:` scripts, no eval.
CONSOLE_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
NOTHING_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def secured(response: Response, *, policy: str = NOTHING_POLICY) -> Response:
    """The same answer, for one person only, never stored, under the given content security policy."""
    response.headers.update(_ALWAYS)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization, Cookie, Accept"
    return response


def kept_for_good(response: Response) -> Response:
    """The same answer, cacheable by anybody for a year: its name carries the hash of its content."""
    response.headers.update(_ALWAYS)
    response.headers["Content-Security-Policy"] = NOTHING_POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    return response
