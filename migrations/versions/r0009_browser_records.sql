set local role gw_owner;

CREATE TABLE app.browser_record (
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	owner TEXT NOT NULL,
	value BYTEA NOT NULL,
	until TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_browser_record PRIMARY KEY (kind, key)
);

CREATE INDEX ix_browser_record_owner ON app.browser_record (kind, owner);

CREATE INDEX ix_browser_record_until ON app.browser_record (until);

alter table app.browser_record enable row level security;

alter table app.browser_record force row level security;

create policy tenant on app.browser_record as permissive for all to gw_app
  using (false) with check (false);

create policy tenant_floor on app.browser_record as restrictive for all to gw_app
  using (false) with check (false);

create policy system on app.browser_record as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update, delete on app.browser_record to gw_system;
