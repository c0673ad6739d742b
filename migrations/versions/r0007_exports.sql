set local role gw_owner;

CREATE TABLE app.export_job (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	user_id UUID NOT NULL,
	kind VARCHAR(40) NOT NULL,
	format VARCHAR(40) NOT NULL,
	filter JSONB NOT NULL,
	state VARCHAR(40) NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	started_at TIMESTAMP WITH TIME ZONE,
	finished_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	attempt INTEGER DEFAULT 0 NOT NULL,
	lease_until TIMESTAMP WITH TIME ZONE,
	rows_total BIGINT,
	rows_written BIGINT DEFAULT 0 NOT NULL,
	file_name TEXT,
	manifest JSONB,
	reach JSONB,
	failure TEXT,
	failure_detail JSONB,
	CONSTRAINT pk_export_job PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_export_job_done CHECK (state <> 'DONE' or (file_name is not null and manifest is not null and expires_at is not null)),
	CONSTRAINT ck_export_job_failed CHECK ((state = 'FAILED') = (failure is not null)),
	CONSTRAINT fk_export_job_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_export_job_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_export_job_exportkind CHECK (kind IN ('PORTFOLIO_DEPLOYMENT', 'PORTFOLIO_USAGE', 'CASES', 'CONSUMPTION', 'EDUCATION')),
	CONSTRAINT ck_export_job_exportformat CHECK (format IN ('CSV', 'NDJSON', 'XLSX', 'PARQUET')),
	CONSTRAINT ck_export_job_exportstate CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'EXPIRED'))
);

CREATE INDEX ix_export_job_expires_at ON app.export_job (expires_at) WHERE state = 'DONE';

CREATE INDEX ix_export_job_unfinished ON app.export_job (created_at) WHERE state in ('QUEUED', 'RUNNING');

CREATE INDEX ix_export_job_user_id ON app.export_job (tenant_id, user_id, created_at DESC, id);

alter table app.export_job enable row level security;

alter table app.export_job force row level security;

create policy tenant on app.export_job as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.export_job as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.export_job as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (state, finished_at, expires_at, rows_total, rows_written, file_name, manifest, reach) on app.export_job to gw_app;

grant select, insert, update, delete on app.export_job to gw_system;
