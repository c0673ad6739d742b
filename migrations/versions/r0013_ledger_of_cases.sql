set local role gw_owner;

drop index app.ix_consumption_entitlement_id;

create index ix_consumption_entitlement_id
    on app.consumption (tenant_id, entitlement_id, workspace_id, occurred_on desc, id) include (quantity, incident_id);
