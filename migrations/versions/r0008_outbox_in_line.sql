set local role gw_owner;

create function app.outbox_in_line() returns trigger language plpgsql as
$$
begin
  perform pg_advisory_xact_lock(hashtextextended('outbox:' || new.tenant_id::text, 0));
  new.id := nextval('app.outbox_event_id_seq');
  perform pg_notify('outbox', new.tenant_id::text);
  return new;
end
$$;

grant usage on sequence app.outbox_event_id_seq to gw_app, gw_system;

create trigger outbox_in_line before insert on app.outbox_event
for each row execute function app.outbox_in_line();
