"""The SQL functions that policies and sign-in rest on.

They read transaction-local settings that the scope writes: `app.tid` and `app.oid` (the key of the token) and
`app.tenant` (the current tenant). A setting that was once set on a connection is '' afterwards, not NULL:
hence `nullif` everywhere.
"""

from collections.abc import Iterator

from tenancy.rights import OWNER, RUNTIME, SYSTEM
from tenancy.tables import SCHEMA
from tenancy.tables.tenants import CONSUMER_TID

SECURITY_DEFINERS = frozenset({"app_me", "app_mark", "app_invited", "app_introduced", "app_total_uses", "app_register"})
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
    yield _REGISTER
    yield f"revoke execute on function {_REGISTERING} from public"
    yield f"grant execute on function {_REGISTERING} to {RUNTIME}"
    yield _MARK
    yield "revoke execute on function app.app_mark() from public"
    yield f"grant execute on function app.app_mark() to {RUNTIME}"
    yield _INTRODUCED
    yield "revoke execute on function app.app_introduced(uuid, text) from public"
    yield f"grant execute on function app.app_introduced(uuid, text) to {RUNTIME}"
    yield _TOTALS
    yield "revoke execute on function app.app_total_uses() from public"
    yield f"grant execute on function app.app_total_uses() to {OWNER}"
    yield f"set local role {OWNER}"
    yield f"revoke create on schema {SCHEMA} from {SYSTEM}"
    yield _TOTALLED
    yield from _IN_LINE


def _setting(name: str, setting: str) -> str:
    return f"""create function app.{name}() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('{setting}', true), '')::uuid $$"""


def _definer(signature: str, query: str, comment: str) -> str:
    return f"""-- {comment}
create function app.{signature} returns uuid language sql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$ {query} $$"""


def grants_of(principal: str) -> str:
    """Each grant of the principal whose `id` this gives, with its tenant; a row without a grant for one without any."""
    return f"""
select me.id as user_id, g.tenant_id, t.name, t.kind, t.entra_tenant_id, g.workspace_id, g.role
from ({principal}) me
left join app.role_grant g on g.user_id = me.id
left join app.tenant t on t.id = g.tenant_id
where me.id is not null
"""


# The grants of whoever asks, as one text: what a foreseen viewer is proved by (`tenancy.glance`). Every such statement
# asks it, so it is spared the policies of three tables; it tells nobody but the principal, and nothing but its own.
_MARK = f"""create function app.app_mark() returns text language plpgsql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$
begin
  return (select string_agg(own::text, ',' order by own::text collate "C") from ({
    grants_of("select id from app.app_user where tid = app.app_tid() and oid = app.app_oid() offset 0")
}) own);
end
$$"""


# A program arrives by no link, so whoever may grant it rights makes it known: in the directory of the current tenant,
# which must be a partner's, and never over a person with the same key (D-30).
_REGISTERING = "app.app_register(uuid, text, timestamptz)"
_REGISTER = """create function app.app_register(object_id uuid, name text, moment timestamptz) returns uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as
$$
insert into app.app_user (tid, oid, account_type, is_guest, display_name, created_at)
  select t.entra_tenant_id, app_register.object_id, 'APPLICATION', false, app_register.name, app_register.moment
  from app.tenant t
  where t.id = app.app_tenant() and t.kind = 'PARTNER' and t.entra_tenant_id is not null
on conflict (tid, oid) do update set display_name = excluded.display_name
  where app_user.account_type = 'APPLICATION'
returning id
$$"""


# A token's own directory tenant is the only one whose people it can introduce, and never the consumer tenant, which is
# everybody's. Somebody who is known already stays as known; a program is nobody's colleague (D-30).
_INTRODUCED = f"""create function app.app_introduced(oid uuid, display_name text) returns uuid language sql volatile
security definer set search_path = pg_catalog, pg_temp as
$$
insert into app.app_user (tid, oid, account_type, is_guest, display_name, created_at)
  select app.app_tid(), app_introduced.oid, 'WORK_SCHOOL', false, app_introduced.display_name, now()
  where app.app_tid() <> '{CONSUMER_TID}'
on conflict (tid, oid) do update set is_guest = app_user.is_guest where app_user.account_type = 'WORK_SCHOOL'
returning id
$$"""

# Whoever writes into the ledger, no role but this function's writes a total; rows of one statement are added in one
# order for everybody, so that two writers wait for each other and never deadlock.
_TOTALS = """create function app.app_total_uses() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as
$$
begin
  insert into app.consumption_total (tenant_id, entitlement_id, workspace_id, origin, used, uses)
    select tenant_id, entitlement_id, workspace_id, origin, sum(quantity), count(*) from written
    group by tenant_id, entitlement_id, workspace_id, origin
    order by tenant_id, entitlement_id, workspace_id, origin
  on conflict (tenant_id, entitlement_id, workspace_id, origin)
    do update set used = consumption_total.used + excluded.used, uses = consumption_total.uses + excluded.uses;
  return null;
end
$$"""
_TOTALLED = """create trigger total_uses after insert on app.consumption referencing new table as written
for each statement execute function app.app_total_uses()"""


# An event gets its number while its writer holds the tenant's line, and the line is free again only when the writer's
# rows can be seen: who has seen number 7 of a tenant has seen all before it, whoever writes (D-04). The number that
# the row came with is older than the line, and is dropped. Listeners are woken by the commit itself.
_IN_LINE = (
    """create function app.outbox_in_line() returns trigger language plpgsql as
$$
begin
  perform pg_advisory_xact_lock(hashtextextended('outbox:' || new.tenant_id::text, 0));
  new.id := nextval('app.outbox_event_id_seq');
  perform pg_notify('outbox', new.tenant_id::text);
  return new;
end
$$""",
    f"grant usage on sequence {SCHEMA}.outbox_event_id_seq to {RUNTIME}, {SYSTEM}",
    """create trigger outbox_in_line before insert on app.outbox_event
for each row execute function app.outbox_in_line()""",
)
