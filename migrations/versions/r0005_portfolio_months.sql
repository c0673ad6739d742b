set local role gw_owner;

CREATE TABLE app.portfolio_month (
	tenant_id UUID NOT NULL,
	month DATE NOT NULL,
	customer_tenant_id UUID NOT NULL,
	service_code VARCHAR(40) NOT NULL,
	workload_code VARCHAR(40) NOT NULL,
	channel VARCHAR(40) NOT NULL,
	users INTEGER NOT NULL,
	beyond BOOLEAN NOT NULL,
	not_active BOOLEAN NOT NULL,
	trial BOOLEAN NOT NULL,
	CONSTRAINT pk_portfolio_month PRIMARY KEY (tenant_id, month, customer_tenant_id, service_code, workload_code, channel),
	CONSTRAINT ck_portfolio_month_month CHECK (extract(day from month) = 1),
	CONSTRAINT ck_portfolio_month_users CHECK (users > 0),
	CONSTRAINT fk_portfolio_month_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_portfolio_month_customer_tenant_id FOREIGN KEY(customer_tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_portfolio_month_servicecode CHECK (service_code IN ('O365', 'DYNAMICS365', 'OTHER')),
	CONSTRAINT ck_portfolio_month_workload CHECK (workload_code IN ('EXCHANGE', 'SHAREPOINT', 'ONEDRIVE', 'TEAMS', 'SFB', 'YAMMER', 'OFFICE_APPS', 'DYNAMICS')),
	CONSTRAINT ck_portfolio_month_channel CHECK (channel IN ('RESELLER', 'DIRECT'))
);

alter table app.portfolio_month enable row level security;

alter table app.portfolio_month force row level security;

create policy tenant on app.portfolio_month as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.portfolio_month as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.portfolio_month as permissive for all to gw_system
  using (true) with check (true);

grant select on app.portfolio_month to gw_app;

grant select, insert, update, delete on app.portfolio_month to gw_system;

-- What was loaded before is summed up now; only the role of the jobs sees every tenant's rows.
set local role gw_system;

insert into app.portfolio_month (tenant_id, month, customer_tenant_id, service_code, workload_code, channel, users,
  beyond, not_active, trial)
select tenant_id, month, customer_tenant_id, service_code, workload_code, channel, sum(users[last_day]),
  bool_or(counts and users[last_day] > licenses_sold), bool_or(not counts and not is_trial), bool_or(is_trial)
from app.portfolio_use,
  lateral (select extract(day from month + interval '1 month - 1 day')::int as last_day) as the
where users[last_day] > 0
group by tenant_id, month, customer_tenant_id, service_code, workload_code, channel;

set local role gw_owner;
