set local role gw_owner;

create index ix_outbox_event_subject_id on app.outbox_event (tenant_id, subject_id, id);

create index ix_outbox_event_case on app.outbox_event (tenant_id, (payload ->> 'case'), id)
where payload ->> 'case' is not null;
