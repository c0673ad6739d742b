set local role gw_owner;

drop index app.ix_outbox_event_unpublished;

alter table app.outbox_event drop column published_at;
