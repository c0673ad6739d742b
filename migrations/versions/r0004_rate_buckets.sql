set local role gw_owner;

CREATE UNLOGGED TABLE app.rate_bucket (
	key TEXT NOT NULL,
	full_at TIMESTAMP WITH TIME ZONE NOT NULL,
	span DOUBLE PRECISION NOT NULL,
	granted DOUBLE PRECISION NOT NULL,
	CONSTRAINT pk_rate_bucket PRIMARY KEY (key)
);

alter table app.rate_bucket enable row level security;

alter table app.rate_bucket force row level security;

create policy tenant on app.rate_bucket as permissive for all to gw_app
  using (false) with check (false);

create policy tenant_floor on app.rate_bucket as restrictive for all to gw_app
  using (false) with check (false);

create policy system on app.rate_bucket as permissive for all to gw_system
  using (true) with check (true);

grant select on app.rate_bucket to gw_app;

grant select, insert, update, delete on app.rate_bucket to gw_system;
