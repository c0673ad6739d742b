"""The console's plain pages: no scripts, readable without the build."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final

from starlette.responses import HTMLResponse, Response

from gateway.console.headers import secured

__all__ = ["PLAIN_POLICY", "administrators_only", "not_built", "plain_page"]

_STYLE: Final = """
:root { color-scheme: light dark; --ink: light-dark(#1d2b36, #e3eaf0); --quiet: light-dark(#55656f, #9fb0bc);
  --paper: light-dark(#fff, #161d24); --back: light-dark(#eef3f4, #0f151a); --line: light-dark(#d9e0e4, #2e3943);
  --brand: light-dark(#0f6e6a, #4fd1c5); font: 1rem/1.55 system-ui, sans-serif; color: var(--ink);
  background: var(--back); }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem; box-sizing: border-box; }
main { max-width: min(38rem, 100%); box-sizing: border-box; overflow-x: auto; padding: 2rem;
  border: 1px solid var(--line); border-top: 4px solid var(--brand); border-radius: .75rem; background: var(--paper); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; font-weight: 600; line-height: 1.25; }
h2 { margin: 1.5rem 0 .25rem; font-size: 1rem; }
p, ul { margin: 0 0 .75rem; }
ul { padding-left: 1.25rem; }
.brand { margin: 0 0 1.5rem; color: var(--brand); font-weight: 600; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; }
th, td { padding: .15rem 1rem .15rem 0; text-align: left; }
pre { overflow-x: auto; padding: .75rem 1rem; border-radius: .5rem; background: var(--back); }
a { color: var(--brand); }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
"""


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


PLAIN_POLICY: Final = (
    f"default-src 'none'; style-src {_hash(_STYLE)}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_ACCOUNT_TYPES: Final = {
    "WORK_SCHOOL": "a work or school account",
    "PERSONAL": "a personal account",
    "APPLICATION": "an application",
}


def administrators_only(name: str, account_type: str) -> Response:
    """403: why this person does not get the console, and who can change that (H-16)."""
    account = _ACCOUNT_TYPES.get(account_type, account_type)
    return plain_page(
        "The console is for administrators",
        f"""
<p>You are signed in as <strong>{escape(name)}</strong>, with {escape(account)}. No role of yours
administers a workspace, a customer or a partner organisation, so this page stays closed.</p>
<h2>It opens for</h2>
<ul>
<li>global administrators and workspace administrators of a customer</li>
<li>customer success account managers and account coordinators</li>
<li>global administrators of a partner</li>
</ul>
<h2>Who can help</h2>
<p>An administrator of your workspace, or the account manager of your organisation, can give you such a role.
It counts from your next request on. What you may see through the API does not depend on this page.</p>
<p><a href="/sign-in?next=/console">Sign in as somebody else</a></p>""",
        status=403,
    )


def not_built() -> Response:
    """503: the server runs, the console's files have not been built, and how to build them."""
    return plain_page(
        "The console has not been built yet",
        """
<p>The gateway itself is up, and <code>/graphql</code> answers. Only this page is missing: its files are
built on the machine instead of being kept in the repository. After a first
<code>make serve</code> that is going on right now, beside the server: reload in a moment.</p>
<h2>Build it by hand</h2>
<pre><code>make console</code></pre>
<p>or, without make, <code>python -m gateway.console.build</code> in the gateway's environment.</p>
<p class="quiet">That takes about half a minute and needs the npm registry. The server can keep running:
reload this page afterwards.</p>""",
        status=503,
    )


def plain_page(title: str, body: str, *, status: int = 200, script: str = "") -> Response:
    """A page in the house's look. `title` is text, `body` is HTML whose values are escaped already; `script` runs after
    it, that one alone, and may speak to this server only."""
    policy = f"{PLAIN_POLICY}; script-src {_hash(script)}; connect-src 'self'" if script else PLAIN_POLICY
    running = f"<script>{script}</script>" if script else ""
    document = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Support Gateway</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<p class="brand">Support Gateway</p>
<h1>{escape(title)}</h1>
{body}
</main>
{running}
</body>
</html>
"""
    return secured(HTMLResponse(document, status_code=status), policy=policy)
