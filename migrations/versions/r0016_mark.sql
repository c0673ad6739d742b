grant create on schema app to gw_system;

set local role gw_system;

create function app.app_mark() returns text language plpgsql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$
begin
  return (select string_agg(own::text, ',' order by own::text collate "C") from (
select me.id as user_id, g.tenant_id, t.name, t.kind, t.entra_tenant_id, g.workspace_id, g.role
from (select id from app.app_user where tid = app.app_tid() and oid = app.app_oid() offset 0) me
left join app.role_grant g on g.user_id = me.id
left join app.tenant t on t.id = g.tenant_id
where me.id is not null
) own);
end
$$;

revoke execute on function app.app_mark() from public;

grant execute on function app.app_mark() to gw_app;

set local role gw_owner;

revoke create on schema app from gw_system;
