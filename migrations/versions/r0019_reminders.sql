set local role gw_owner;

alter table app.invitation
  add column remind_at TIMESTAMP WITH TIME ZONE,
  add column reminder_tries INTEGER DEFAULT 0 NOT NULL,
  add column reminders_sent INTEGER DEFAULT 0 NOT NULL,
  add column last_reminded_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX ix_invitation_remind_at ON app.invitation (remind_at) WHERE status = 'PENDING';

grant update (remind_at, reminder_tries, reminders_sent, last_reminded_at) on app.invitation to gw_app;

set local role gw_system;

-- Those that are open now are called to mind once: on the last day.
update app.invitation set remind_at = expires_at - interval '24 hours' where status = 'PENDING';

set local role gw_owner;
