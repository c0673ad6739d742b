"""The sign-in page: choose a person. Plain HTML, no scripts, usable with a keyboard and a screen reader."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from itertools import groupby
from typing import Final

from starlette.responses import HTMLResponse

from gateway.demo.people import Person
from tenancy.words import AccountType

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1f; background: #f6f7fb }
h1 { margin-bottom: 0 } h2 { margin: 2rem 0 .5rem; font-size: 1.1rem }
ul { list-style: none; padding: 0; display: grid; gap: .5rem;
     grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)) }
button { font: inherit; text-align: start; width: 100%; height: 100%; padding: .6rem .8rem; cursor: pointer;
         background: #fff; color: inherit; border: 1px solid #8a8fa3; border-radius: .5rem }
button:hover { background: #eef2ff } button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px }
strong, small { display: block } small { color: #454857 } .kind { font-weight: 600; color: #1d3f91 }
"""

_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in - demo identity provider</title><style>{style}</style></head>
<body><main>
<h1>Who are you today?</h1>
<p>This is a demo on your own machine: no passwords, choose a person and sign in.</p>
<form method="post">
{groups}
<p><button name="person" value="">Cancel</button></p>
</form>
</main></body></html>
"""

_GROUP: Final = "<section><h2>{heading}</h2><ul>\n{people}\n</ul></section>"

_PERSON: Final = (
    '<li><button name="person" value="{key}"><strong>{name}</strong>'
    '<small class="kind">{kind}</small><small>{email}</small><small>{roles}</small></button></li>'
)

_KINDS: Final[Mapping[AccountType, str]] = {
    AccountType.WORK_SCHOOL: "Work or school account",
    AccountType.PERSONAL: "Personal account",
}

_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()

_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    # Not no-referrer: with it a browser sends `Origin: null` along with the form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def sign_in_page(people: Iterable[Person]) -> HTMLResponse:
    """One button for each person, grouped by organisation; the form goes back to the page's own address."""
    by_tenant = groupby(sorted(people, key=_tenant), key=_tenant)
    groups = (_GROUP.format(heading=escape(name), people="\n".join(map(_button, group))) for name, group in by_tenant)
    return HTMLResponse(_PAGE.format(style=_STYLE, groups="\n".join(groups)), headers=dict(_HEADERS))


def _tenant(person: Person) -> str:
    return person.tenant or "No organisation yet"


def _button(person: Person) -> str:
    kind = _KINDS[person.account_type] + (", guest" if person.is_guest else "")
    return _PERSON.format(
        key=escape(person.key),
        name=escape(person.name),
        kind=escape(kind),
        email=escape(person.email),
        roles=escape("; ".join(person.roles) or "no roles"),
    )
