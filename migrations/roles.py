"""The three roles and the schema: cluster-wide things that every database of a cluster shares.

They are made before the revisions run, again and again without harm, because a second database on the same
cluster finds them there already.
"""

from collections.abc import Iterator, Mapping

from tenancy.rights import OWNER, RUNTIME, SYSTEM
from tenancy.tables import SCHEMA

SETTINGS: Mapping[str, Mapping[str, str]] = {
    RUNTIME: {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
        "default_transaction_isolation": "read committed",
        "search_path": SCHEMA,
    },
    SYSTEM: {
        "statement_timeout": "60s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "60s",
        "default_transaction_isolation": "read committed",
        "search_path": SCHEMA,
    },
}
"""What each login starts with; the scope pins isolation again (H-4)."""

_PLAIN = "nosuperuser nobypassrls nocreatedb nocreaterole noreplication noinherit"


def preparations() -> Iterator[str]:
    """Statements that leave the roles, the schema and its extension in place, whoever ran them before."""
    yield from (_role(OWNER, "nologin"), _role(RUNTIME, "login"), _role(SYSTEM, "login"))
    yield from (_setting(role, name, value) for role, all_ in SETTINGS.items() for name, value in all_.items())
    yield from (_assumable(role) for role in (OWNER, SYSTEM))
    yield f"create schema if not exists {SCHEMA} authorization {OWNER}"
    yield "revoke all on schema public from public"
    yield _on_this_database("revoke all on database %I from public")
    yield _on_this_database(f"grant connect on database %I to {RUNTIME}, {SYSTEM}")
    # Imports are staged in temporary tables.
    yield _on_this_database(f"grant temporary on database %I to {SYSTEM}")


def _role(name: str, login: str) -> str:
    """Creates a role; two databases may be prepared at once, so "it is there now" is success."""
    return _do(
        f"""if not exists (select from pg_roles where rolname = '{name}') then
    create role {name} {login} {_PLAIN};
  end if;
exception when duplicate_object or unique_violation then null;"""
    )


def _setting(role: str, name: str, value: str) -> str:
    """Sets a role's default unless it has it.

    ALTER ROLE fails with an internal error ("tuple concurrently updated") when another database of the server is
    prepared at this moment; that one sets the same value.
    """
    return _do(
        f"""if not exists (select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
      where s.setdatabase = 0 and r.rolname = '{role}' and '{name}={value}' = any (s.setconfig)) then
    alter role {role} set {name} = '{value}';
  end if;
exception when internal_error then null;"""
    )


def _assumable(role: str) -> str:
    """Lets a CREATEROLE administrator act as a role; a superuser may already."""
    # Since PostgreSQL 16 whoever creates a role is a member of it, without the right to act as it.
    return _do(
        f"""if not (select rolsuper from pg_roles where rolname = current_user)
      and not pg_has_role(current_user, '{role}',
        case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) then
    execute format('grant {role} to %I', current_user);
  end if;"""  # noqa: S608 (constants only)
    )


def _on_this_database(statement: str) -> str:
    return _do(f"execute format('{statement}', current_database());")


def _do(body: str) -> str:
    return f"do $$ begin\n  {body}\nend $$"
