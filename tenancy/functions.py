"""The SQL functions that policies and sign-in rest on.

They read transaction-local settings that the scope writes: `app.tid` and `app.oid` (the key of the token) and
`app.tenant` (the current tenant). A setting that was once set on a connection is '' afterwards, not NULL:
hence `nullif` everywhere.
"""

from collections.abc import Iterator

from tenancy.rights import OWNER, RUNTIME, SYSTEM
from tenancy.tables import SCHEMA

SECURITY_DEFINERS = frozenset({"app_me", "app_invited"})
"""The only functions that run with other rights than their caller's; the self-check allows no others."""

_SETTINGS = ("tenant", "tid", "oid")


def functions() -> Iterator[str]:
    """Statements that create the functions; the definers' owner sees all users and invitations, no more."""
    yield from (_setting(f"app_{name}", f"app.{name}") for name in _SETTINGS)
    settings = ", ".join(f"app.app_{name}()" for name in _SETTINGS)
    yield f"revoke execute on function {settings} from public"
    yield f"grant execute on function {settings} to {RUNTIME}, {SYSTEM}"
    yield f"grant create on schema {SCHEMA} to {SYSTEM}"
    yield f"set local role {SYSTEM}"
    yield _definer(
        "app_me()",
        "select id from app.app_user where tid = app.app_tid() and oid = app.app_oid()",
        "The id of the app_user behind the token, or null.",
    )
    yield _definer(
        "app_invited(token_hash bytea)",
        "select tenant_id from app.invitation i where i.token_hash = app_invited.token_hash",
        "The tenant that an invitation leads into: its bearer cannot know it before redeeming.",
    )
    yield "revoke execute on function app.app_me(), app.app_invited(bytea) from public"
    yield f"grant execute on function app.app_me(), app.app_invited(bytea) to {RUNTIME}"
    yield f"set local role {OWNER}"
    yield f"revoke create on schema {SCHEMA} from {SYSTEM}"


def _setting(name: str, setting: str) -> str:
    return f"""create function app.{name}() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('{setting}', true), '')::uuid $$"""


def _definer(signature: str, query: str, comment: str) -> str:
    return f"""-- {comment}
create function app.{signature} returns uuid language sql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$ {query} $$"""
