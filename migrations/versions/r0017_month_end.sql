set local role gw_owner;

alter table app.portfolio_use add column month_end INTEGER GENERATED ALWAYS AS
  (users[extract(day from month + interval '1 month - 1 day')::int]) STORED;

create index ix_portfolio_use_product_id on app.portfolio_use (tenant_id, product_id, month)
include (customer_tenant_id, service_code, workload_code, channel, is_trial, counts, licenses_sold, month_end);
