set local role gw_owner;

alter table app.webhook drop constraint ck_webhook_topics;

alter table app.webhook add constraint ck_webhook_topics
  check (topics <@ ARRAY['PORTFOLIO_LOADED', 'CUSTOMER_LOADED', 'EXPORT_DONE', 'EXPORT_FAILED']::text[]);

alter table app.webhook_delivery drop constraint ck_webhook_delivery_webhooktopic;

alter table app.webhook_delivery add constraint ck_webhook_delivery_webhooktopic
  check (topic IN ('PORTFOLIO_LOADED', 'CUSTOMER_LOADED', 'EXPORT_DONE', 'EXPORT_FAILED'));
