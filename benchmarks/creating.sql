-- Lasting entitlements with an SLA of two clocks, the hand-written function, and what shows the effects of either.
create schema bench;

insert into app.sla (tenant_id, id, name, state, is_default)
select id, md5('sla' || id)::uuid, 'Around the clock', 'ACTIVE', false from app.tenant where kind = 'CUSTOMER';

insert into app.sla_item (tenant_id, id, sla_id, kpi, warn_minutes, fail_minutes, allow_pause, pause_statuses)
select tenant_id, md5('item' || kpi || id)::uuid, id, kpi, 30, 60, false, '{}'
from app.sla, unnest(array['FIRST_RESPONSE', 'RESOLVE']) kpi;

update app.entitlement set total_terms = 1000000, sla_id = md5('sla' || tenant_id)::uuid;

insert into app.role_grant (tenant_id, id, user_id, workspace_id, role, granted_at)
select tenant_id, md5('contact' || id)::uuid, user_id, workspace_id, 'SUPPORT_CONTACT', granted_at
from app.role_grant where role = 'MEMBER';

-- One statement of the client: everything that `createCase` does, but for rights, which it takes for granted.
create function bench.create_case(
  tenant uuid, me uuid, wanted_key text, wanted_title text, kind text, priority text, wanted_origin text,
  workspace uuid, line uuid
) returns jsonb language plpgsql as $$
declare
  moment timestamptz := clock_timestamp();
  fingerprint bytea := sha256(convert_to(concat_ws(',', wanted_title, kind, priority, wanted_origin, workspace, line), 'UTF8'));
  before app.idempotency_key;
  charged app.entitlement;
  agreed uuid;
  account uuid;
  spent numeric;
  opened uuid := gen_random_uuid();
  clock uuid;
  item record;
  last_hash bytea;
  detail jsonb;
begin
  insert into app.idempotency_key (tenant_id, principal, mutation, key, request_hash, state, created_at)
    values (tenant, me, 'createCase', wanted_key, fingerprint, 'RUNNING', moment) on conflict do nothing;
  if not found then
    select * into before from app.idempotency_key k
      where k.tenant_id = tenant and k.principal = me and k.mutation = 'createCase' and k.key = wanted_key;
    if before.request_hash <> fingerprint then raise exception 'IDEMPOTENCY_KEY_REUSED'; end if;
    return before.answer;
  end if;

  select * into charged from app.entitlement e where e.tenant_id = tenant and e.id = line for update;
  if charged.state <> 'ACTIVE' or current_date not between charged.starts_on and charged.ends_on
     or not exists (select from app.workspace_package m
                    where m.tenant_id = tenant and m.package_id = charged.package_id and m.workspace_id = workspace) then
    raise exception 'ENTITLEMENT_NOT_APPLICABLE';
  end if;
  select coalesce(sum(used), 0) into spent from app.consumption_total u where u.tenant_id = tenant and u.entitlement_id = line;
  if spent + 1 > charged.total_terms then raise exception 'NO_REMAINING_TERMS'; end if;
  select p.agreement_id into agreed from app.package p where p.tenant_id = tenant and p.id = charged.package_id;
  select c.id into account from app.customer c where c.tenant_id = tenant and c.is_self;

  insert into app.incident (tenant_id, id, workspace_id, ticket_number, title, customer_id, primary_contact_user_id,
      entitlement_id, sla_id, sla_source, origin, priority, support_kind, agreement_id, package_id, state, status,
      owner_id, created_by, created_at, modified_at)
    values (tenant, opened, workspace,
      'CAS-' || to_char(moment, 'YYMMDD') || '-' || upper(substr(md5(opened::text), 1, 8)), wanted_title, account, me,
      line, charged.sla_id, 'ENTITLEMENT', wanted_origin, priority, kind, agreed, charged.package_id, 'ACTIVE',
      'IN_PROGRESS', me, me, moment, moment);
  insert into app.consumption (tenant_id, entitlement_id, workspace_id, incident_id, origin, quantity, occurred_on, recorded_at)
    values (tenant, line, workspace, opened, wanted_origin, 1, current_date, moment);
  insert into app.outbox_event (tenant_id, topic, subject_id, workspace_id, payload, created_at)
    values (tenant, 'activity', line, workspace, '{}', moment);

  for item in select i.id, i.warn_minutes, i.fail_minutes from app.sla_item i
              where i.tenant_id = tenant and i.sla_id = charged.sla_id loop
    clock := gen_random_uuid();
    insert into app.sla_kpi_instance (tenant_id, id, incident_id, sla_item_id, status, applicable_from, warning_time,
        failure_time, paused_minutes)
      values (tenant, clock, opened, item.id, 'IN_PROGRESS', moment, moment + item.warn_minutes * interval '1 minute',
        moment + item.fail_minutes * interval '1 minute', 0);
    insert into app.outbox_event (tenant_id, topic, subject_id, workspace_id, payload, created_at)
      values (tenant, 'clock', clock, workspace, jsonb_build_object('case', opened), moment);
  end loop;

  insert into app.timeline_entry (tenant_id, incident_id, record_type, subject, author_id, created_at)
    values (tenant, opened, 'AUTO_POST', 'Case created', me, moment);
  insert into app.outbox_event (tenant_id, topic, subject_id, workspace_id, payload, created_at)
    values (tenant, 'case', opened, workspace, '{"change": "CREATED"}', moment);
  perform pg_notify('outbox', tenant::text);

  perform pg_advisory_xact_lock(hashtextextended('audit:' || tenant::text, 0));
  select a.hash into last_hash from app.audit_entry a where a.tenant_id = tenant order by a.id desc limit 1;
  detail := jsonb_build_object('entitlement', line, 'workspace', workspace);
  insert into app.audit_entry (tenant_id, principal, action, subject_type, subject_id, detail, created_at, previous_hash, hash)
    values (tenant, me, 'CREATE_CASE', 'Case', opened, detail, moment, last_hash,
      sha256(coalesce(last_hash, ''::bytea) || convert_to(concat_ws(',', tenant, me, 'CREATE_CASE', opened, detail, moment), 'UTF8')));

  detail := jsonb_build_object('case_id', opened);
  update app.idempotency_key k set state = 'DONE', answer = detail
    where k.tenant_id = tenant and k.principal = me and k.mutation = 'createCase' and k.key = wanted_key;
  return detail;
end $$;

-- Every row that opening a case left; ids, moments and hashes, which differ from case to case, are named or left out.
create function bench.effects(opened uuid) returns jsonb language sql as $$
  with clocks as (select * from app.sla_kpi_instance where incident_id = opened),
  mine as (select * from app.incident where id = opened)
  select replace(jsonb_build_object(
    'case', (select jsonb_agg(to_jsonb(i) - '{ticket_number,created_at,modified_at}'::text[]) from mine i),
    'charge', (select jsonb_agg(to_jsonb(c) - '{id,recorded_at}'::text[]) from app.consumption c where c.incident_id = opened),
    'total', (select jsonb_agg(jsonb_build_object('right', u.used = (select sum(quantity) from app.consumption c
        where (c.tenant_id, c.entitlement_id) = (u.tenant_id, u.entitlement_id)
          and (c.workspace_id, c.origin) is not distinct from (u.workspace_id, u.origin))))
      from app.consumption_total u, mine i where (u.tenant_id, u.entitlement_id) = (i.tenant_id, i.entitlement_id)),
    'clocks', (select jsonb_agg(to_jsonb(k) - '{id,applicable_from,warning_time,failure_time}'::text[]
        || jsonb_build_object('from', k.applicable_from = i.created_at, 'warns', k.warning_time - i.created_at,
          'fails', k.failure_time - i.created_at)) from clocks k, mine i),
    'posts', (select jsonb_agg(to_jsonb(p) - '{id,created_at}'::text[]) from app.timeline_entry p where p.incident_id = opened),
    'audit', (select jsonb_agg(to_jsonb(a) - '{id,created_at,hash,previous_hash}'::text[]
        || jsonb_build_object('sealed', length(a.hash))) from app.audit_entry a where a.subject_id = opened),
    'events', (select jsonb_agg(to_jsonb(e) - '{id,created_at}'::text[]
        || jsonb_build_object('subject_id', case when e.topic = 'clock' then null else e.subject_id end))
      from app.outbox_event e, mine i where e.tenant_id = i.tenant_id and (e.subject_id = opened
        or e.subject_id in (select id from clocks) or (e.subject_id = i.entitlement_id and e.created_at = i.created_at))),
    'key', (select jsonb_agg(to_jsonb(k) - '{key,request_hash,created_at}'::text[]) from app.idempotency_key k
      where k.answer ->> 'case_id' = opened::text)
  )::text, opened::text, 'the case')::jsonb
$$;
