set local role gw_owner;

CREATE TABLE app.webhook (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	application_id UUID NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	topics TEXT[] NOT NULL,
	document TEXT,
	state VARCHAR(40) NOT NULL,
	reason VARCHAR(40),
	secret TEXT NOT NULL,
	previous_secret TEXT,
	previous_until TIMESTAMP WITH TIME ZONE,
	version INTEGER DEFAULT 1 NOT NULL,
	created_by UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	failing_since TIMESTAMP WITH TIME ZONE,
	position BIGINT NOT NULL,
	sequence BIGINT DEFAULT 0 NOT NULL,
	busy_until TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_webhook_topics CHECK (topics <@ ARRAY['PORTFOLIO_LOADED', 'CUSTOMER_LOADED', 'EXPORT_DONE']::text[]),
	CONSTRAINT ck_webhook_disabled CHECK ((state = 'DISABLED') = (reason is not null)),
	CONSTRAINT ck_webhook_replacing CHECK ((previous_secret is null) = (previous_until is null)),
	CONSTRAINT fk_webhook_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_webhook_application_id FOREIGN KEY(application_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_webhook_webhookstate CHECK (state IN ('ACTIVE', 'PAUSED', 'DISABLED')),
	CONSTRAINT ck_webhook_webhookreason CHECK (reason IN ('FAILING', 'GONE', 'RIGHTS')),
	CONSTRAINT fk_webhook_created_by FOREIGN KEY(created_by) REFERENCES app.app_user (id)
);

CREATE INDEX ix_webhook_active ON app.webhook (busy_until) WHERE state = 'ACTIVE';

CREATE INDEX ix_webhook_application_id ON app.webhook (tenant_id, application_id);

CREATE TABLE app.webhook_delivery (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	webhook_id UUID NOT NULL,
	sequence BIGINT NOT NULL,
	outbox_id BIGINT,
	topic VARCHAR(40) NOT NULL,
	is_test BOOLEAN DEFAULT false NOT NULL,
	subject_id UUID,
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
	state VARCHAR(40) NOT NULL,
	attempts INTEGER DEFAULT 0 NOT NULL,
	due_at TIMESTAMP WITH TIME ZONE,
	attempted_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE,
	status INTEGER,
	fault VARCHAR(40),
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY(tenant_id, webhook_id) REFERENCES app.webhook (tenant_id, id),
	CONSTRAINT uq_webhook_delivery_webhook_id_sequence UNIQUE (tenant_id, webhook_id, sequence),
	CONSTRAINT ck_webhook_delivery_waiting CHECK ((state = 'WAITING') = (due_at is not null)),
	CONSTRAINT ck_webhook_delivery_ended CHECK ((state = 'WAITING') = (ended_at is null)),
	CONSTRAINT ck_webhook_delivery_delivered CHECK (state <> 'DELIVERED' or fault is null),
	CONSTRAINT fk_webhook_delivery_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_webhook_delivery_webhooktopic CHECK (topic IN ('PORTFOLIO_LOADED', 'CUSTOMER_LOADED', 'EXPORT_DONE')),
	CONSTRAINT ck_webhook_delivery_deliverystate CHECK (state IN ('WAITING', 'DELIVERED', 'DEAD', 'DROPPED')),
	CONSTRAINT ck_webhook_delivery_deliveryfault CHECK (fault IN ('ADDRESS', 'NAME', 'CONNECTION', 'TIMEOUT', 'STATUS', 'DOCUMENT', 'RIGHTS', 'SECRET'))
);

CREATE INDEX ix_webhook_delivery_due ON app.webhook_delivery (tenant_id, webhook_id, due_at) WHERE state = 'WAITING';

CREATE INDEX ix_webhook_delivery_ended_at ON app.webhook_delivery (ended_at);

CREATE INDEX ix_webhook_delivery_newest ON app.webhook_delivery (tenant_id, webhook_id, sequence DESC);

CREATE UNIQUE INDEX uq_webhook_delivery_outbox_id ON app.webhook_delivery (tenant_id, webhook_id, outbox_id) WHERE outbox_id is not null;

alter table app.webhook enable row level security;

alter table app.webhook force row level security;

create policy tenant on app.webhook as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.webhook as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.webhook as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (name, url, topics, document, state, reason, secret, previous_secret, previous_until, version, changed_at, failing_since, sequence) on app.webhook to gw_app;

grant select, insert, update, delete on app.webhook to gw_system;

alter table app.webhook_delivery enable row level security;

alter table app.webhook_delivery force row level security;

create policy tenant on app.webhook_delivery as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.webhook_delivery as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.webhook_delivery as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (state, attempts, due_at, ended_at, status, fault) on app.webhook_delivery to gw_app;

grant select, insert, update, delete on app.webhook_delivery to gw_system;
