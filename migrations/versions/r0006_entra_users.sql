set local role gw_owner;

alter table app.role_grant add column added_via varchar(40);

alter table app.role_grant add constraint ck_role_grant_addedvia check (added_via IN ('INVITATION', 'ENTRA_ID'));

grant create on schema app to gw_system;

set local role gw_system;

create function app.app_introduced(oid uuid, display_name text) returns uuid language sql volatile
security definer set search_path = pg_catalog, pg_temp as
$$
insert into app.app_user (tid, oid, account_type, is_guest, display_name, created_at)
  select app.app_tid(), app_introduced.oid, 'WORK_SCHOOL', false, app_introduced.display_name, now()
  where app.app_tid() <> '9188040d-6c67-4c5b-b112-36a304b66dad'
on conflict (tid, oid) do update set is_guest = app_user.is_guest where app_user.account_type = 'WORK_SCHOOL'
returning id
$$;

revoke execute on function app.app_introduced(uuid, text) from public;

grant execute on function app.app_introduced(uuid, text) to gw_app;

set local role gw_owner;

revoke create on schema app from gw_system;
