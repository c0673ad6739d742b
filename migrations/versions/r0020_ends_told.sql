set local role gw_owner;

alter table app.partner_relationship
  add column customer_told_end TIMESTAMP WITH TIME ZONE,
  add column customer_told_days INTEGER,
  add column partner_told_end TIMESTAMP WITH TIME ZONE,
  add column partner_told_days INTEGER;

CREATE INDEX ix_partner_relationship_ends_at ON app.partner_relationship (ends_at)
  WHERE kind = 'DELEGATED' and status in ('ACTIVE', 'EXPIRING') and auto_extend_days = 0;

grant update (customer_told_end, customer_told_days, partner_told_end, partner_told_days)
  on app.partner_relationship to gw_app;

alter table app.live_subscription drop constraint ck_live_subscription_watched;

alter table app.live_subscription add constraint ck_live_subscription_watched
  check (watched IN ('CASE', 'TIMELINE', 'CLOCKS', 'QUEUE', 'ACTIVITY', 'DELEGATIONS'));
