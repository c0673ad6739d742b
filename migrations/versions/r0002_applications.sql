grant create on schema app to gw_system;

set local role gw_system;

create function app.app_register(object_id uuid, name text, moment timestamptz) returns uuid
language sql volatile security definer set search_path = pg_catalog, pg_temp as
$$
insert into app.app_user (tid, oid, account_type, is_guest, display_name, created_at)
  select t.entra_tenant_id, app_register.object_id, 'APPLICATION', false, app_register.name, app_register.moment
  from app.tenant t
  where t.id = app.app_tenant() and t.kind = 'PARTNER' and t.entra_tenant_id is not null
on conflict (tid, oid) do update set display_name = excluded.display_name
  where app_user.account_type = 'APPLICATION'
returning id
$$;

revoke execute on function app.app_register(uuid, text, timestamptz) from public;

grant execute on function app.app_register(uuid, text, timestamptz) to gw_app;

set local role gw_owner;

revoke create on schema app from gw_system;
