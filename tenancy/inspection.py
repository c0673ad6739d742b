"""What the self-check asks the system catalogues; every login may read them."""

_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'"

ROLES = """
select r.rolname::text as name, r.rolname = current_user as runtime, session_user::text as login,
       r.rolsuper as "SUPERUSER", r.rolbypassrls as "BYPASSRLS", r.rolcreaterole as "CREATEROLE",
       r.rolcreatedb as "CREATEDB", r.rolreplication as "REPLICATION",
       array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid) as memberships,
       exists (select from pg_namespace n where n.nspname = 'app' and has_schema_privilege(r.oid, n.oid, 'create'))
           as creates
from pg_roles r
where r.rolname in (current_user, 'gw_system', 'gw_owner')
order by 1
"""

OWNED = f"""
select name from (
  select n.nspname || '.' || c.relname as name, c.relowner as owner
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where {_OURS} and c.relkind not in ('i', 'I')
  union all
  select n.nspname || '.' || p.proname, p.proowner
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {_OURS}
  union all
  select 'schema ' || n.nspname, n.nspowner from pg_namespace n where {_OURS}
  union all
  select 'database ' || datname, datdba from pg_database where datname = current_database()
) objects
where owner = (select oid from pg_roles where rolname = current_user)
order by name
"""

TABLES = """
select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'app' and c.relkind in ('r', 'p')
order by 1
"""

POLICIES = """
select tablename as "table", policyname as name, permissive = 'PERMISSIVE' as permissive,
       roles::text[] as roles, cmd as command, qual as reads, with_check as writes
from pg_policies where schemaname = 'app'
order by 1, 2
"""

VIEWS = f"""
select n.nspname || '.' || c.relname as name, c.relkind::text as kind
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where {_OURS}
  and (c.relkind in ('m', 'f') or c.relkind = 'v' and not exists (
         select from pg_options_to_table(c.reloptions)
         where option_name = 'security_invoker' and option_value::boolean))
  and (c.relkind = 'v' and n.nspname = 'app'
       or has_any_column_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage'))
order by 1
"""

DEFINERS = f"""
select n.nspname as schema, p.proname as name, p.proowner::regrole::text as owner,
       exists (select from unnest(p.proconfig) setting where setting like 'search\\_path=%') as pinned
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where {_OURS} and p.prosecdef
  and (n.nspname = 'app' or has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage'))
order by 1, 2
"""

GRANTS = """
select c.relname as "table", a.privilege_type as privilege
from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
where n.nspname = 'app' and c.relkind in ('r', 'p')
  and a.grantee in (0, (select oid from pg_roles where rolname = current_user))
union all
select c.relname, a.privilege_type || ' (' || t.attname || ')'
from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace,
     aclexplode(t.attacl) a
where n.nspname = 'app' and a.grantee in (0, (select oid from pg_roles where rolname = current_user))
order by 1, 2
"""

SILENCED = """
select n.nspname || '.' || c.relname as name, t.tgname as trigger
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'app' and t.tgenabled = 'D'
order by 1, 2
"""

REVISION = "select string_agg(version_num, ', ' order by version_num) from app.alembic_version"

NOT_DURABLE = """
select name from pg_settings
where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
order by 1
"""
