set local role gw_owner;

CREATE UNLOGGED TABLE app.live_subscription (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	workspace_id UUID NOT NULL,
	user_id UUID NOT NULL,
	watched VARCHAR(40) NOT NULL,
	begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
	process UUID NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_live_subscription PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_live_subscription_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT fk_live_subscription_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_live_subscription_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_live_subscription_watched CHECK (watched IN ('CASE', 'TIMELINE', 'CLOCKS', 'QUEUE', 'ACTIVITY'))
);

CREATE INDEX ix_live_subscription_process ON app.live_subscription (process);

CREATE INDEX ix_live_subscription_workspace_id ON app.live_subscription (tenant_id, workspace_id);

alter table app.live_subscription enable row level security;

alter table app.live_subscription force row level security;

create policy tenant on app.live_subscription as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.live_subscription as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.live_subscription as permissive for all to gw_system
  using (true) with check (true);

grant select on app.live_subscription to gw_app;

grant select, insert, update, delete on app.live_subscription to gw_system;
