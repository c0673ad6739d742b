"""The rows of a benchmark world: set-based SQL, the same rows on every machine.

Row number i of a noun belongs to tenant i % T, so one tenant's rows lie scattered over the table, as they do where
tenants work at the same time. Ids are md5 of noun and number: `key("case", 7)` here, `pg_temp.key('case', 7)` there.
"""

from collections.abc import Iterator
from hashlib import md5
from uuid import UUID

from benchmarks import rows_large
from benchmarks.rows_step import CONSUMPTIONS, Step

CASES = 500  # per tenant
AGREEMENTS, PACKAGES, ENTITLEMENTS = 3, 4, 5  # per tenant, per agreement, per package
LINES = AGREEMENTS * PACKAGES * ENTITLEMENTS  # entitlements per tenant
SUBSCRIPTIONS, SEATS, DAYS = 5, 20, 10  # per tenant, users per subscription, days that each was active
CUSTOMERS_OF_A_PARTNER = 100
AS_OF = "2026-06-30"
"""The day that insights are asked for; all use of licences lies in the 28 days before it."""

CASES_AT_ONCE = 25  # per tenant, in one statement


def key(noun: str, number: int) -> str:
    """The id of a generated row."""
    return str(UUID(md5(f"{noun}:{number}".encode(), usedforsecurity=False).hexdigest()))


KEY = """create function pg_temp.key(noun text, number bigint) returns uuid language sql immutable parallel safe as
$$ select md5(noun || ':' || number)::uuid $$"""


def steps(tenants: int) -> Iterator[Step]:
    """Everything that a world of so many customer tenants is made of."""
    partners = -(-tenants // CUSTOMERS_OF_A_PARTNER)
    yield Step("tenant", tenants, _TENANTS.format(rows=tenants))
    yield Step("partner", partners, _PARTNERS.format(tenants=tenants, rows=partners))
    yield from _people(tenants, partners)
    yield from _bought(tenants)
    for first in range(0, CASES, CASES_AT_ONCE):
        bounds = {"first": first * tenants, "last": (first + CASES_AT_ONCE) * tenants - 1}
        yield Step("case", CASES_AT_ONCE * tenants, _CASES.format(tenants=tenants, **bounds))
    for use in range(CONSUMPTIONS):
        yield Step("consumption", LINES * tenants, _CONSUMPTIONS.format(tenants=tenants, rows=LINES * tenants, use=use))
    yield from rows_large.steps()
    yield Step("total", LINES * tenants, _TOTALS)
    yield Step("subscription", SUBSCRIPTIONS * tenants, _SUBSCRIPTIONS.format(tenants=tenants))
    for day in range(DAYS):
        seats = SUBSCRIPTIONS * SEATS * tenants
        yield Step("licence activity", seats, _ACTIVITY.format(tenants=tenants, rows=seats, day=day))


def _people(tenants: int, partners: int) -> Iterator[Step]:
    yield Step("user", 10 * tenants, _USERS.format(tenants=tenants))
    yield Step("workspace", 2 * tenants, _WORKSPACES.format(tenants=tenants))
    yield Step("grant", 20 * tenants, _GRANTS.format(tenants=tenants))
    yield Step("partner's user", partners, _PARTNERS_PEOPLE.format(tenants=tenants, rows=partners))
    yield Step("partner's link", tenants, _LINKS.format(tenants=tenants))
    yield Step("customer", 20 * tenants, _CUSTOMERS.format(tenants=tenants))


def _bought(tenants: int) -> Iterator[Step]:
    agreements = AGREEMENTS * tenants
    packages = PACKAGES * agreements
    yield Step("agreement", agreements, _AGREEMENTS.format(tenants=tenants, rows=agreements))
    yield Step("package", packages, _PACKAGES.format(tenants=tenants, agreements=agreements, rows=packages))
    yield Step("mapping", packages, _MAPPINGS.format(tenants=tenants, agreements=agreements, rows=packages))
    lines = _LINES.format(tenants=tenants, packages=packages, rows=LINES * tenants)
    yield Step("entitlement", LINES * tenants, lines)


_TENANTS = """
insert into app.tenant (id, kind, name, entra_tenant_id)
select pg_temp.key('tenant', i), 'CUSTOMER', 'Customer ' || i, pg_temp.key('entra', i)
from generate_series(0, {rows} - 1) i"""

_PARTNERS = """
insert into app.tenant (id, kind, name, entra_tenant_id)
select pg_temp.key('tenant', {tenants} + i), 'PARTNER', 'Partner ' || i, pg_temp.key('entra', {tenants} + i)
from generate_series(0, {rows} - 1) i"""

_USERS = """
insert into app.app_user (id, tid, oid, account_type, is_guest, display_name, email, created_at)
select pg_temp.key('user', i), pg_temp.key('entra', i % {tenants}), pg_temp.key('oid', i), 'WORK_SCHOOL', false,
  'User Name ' || i, 'user.' || i || '@tenant' || i % {tenants} || '.example', '2024-01-01 00:00+00'
from generate_series(0, 10 * {tenants} - 1) i"""

_WORKSPACES = """
insert into app.workspace (tenant_id, id, name, purpose, is_default, created_by, created_at)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('workspace', i), 'Workspace ' || i, 'Part ' || i / {tenants},
  i < {tenants}, pg_temp.key('user', i % {tenants}), '2024-01-02 00:00+00'
from generate_series(0, 2 * {tenants} - 1) i"""

# The first user of a tenant runs it; the others are members of one workspace, and see all of its cases.
_GRANTS = """
insert into app.role_grant (tenant_id, id, user_id, workspace_id, role, granted_at)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('grant', n * 10 * {tenants} + i), pg_temp.key('user', i),
  case when i >= {tenants} then pg_temp.key('workspace', i % {tenants} + i / {tenants} % 2 * {tenants}) end,
  case when i < {tenants} then (array['GLOBAL_ADMIN', 'SERVICE_MANAGER'])[n + 1]
       else (array['MEMBER', 'VIEW_ALL_SUPPORT_REQUESTS'])[n + 1] end, '2024-01-03 00:00+00'
from generate_series(0, 10 * {tenants} - 1) i, generate_series(0, 1) n"""

_PARTNERS_PEOPLE = """
with people as (
  insert into app.app_user (id, tid, oid, account_type, is_guest, display_name, created_at)
  select pg_temp.key('agent', i), pg_temp.key('entra', {tenants} + i), pg_temp.key('agent oid', i), 'WORK_SCHOOL',
    false, 'Agent ' || i, '2024-01-01 00:00+00'
  from generate_series(0, {rows} - 1) i)
insert into app.role_grant (tenant_id, id, user_id, role, granted_at)
select pg_temp.key('tenant', {tenants} + i), pg_temp.key('agent grant', i), pg_temp.key('agent', i),
  'PARTNER_ADMIN_AGENT', '2024-01-03 00:00+00'
from generate_series(0, {rows} - 1) i"""

_LINKS = f"""
insert into app.partner_relationship (tenant_id, id, partner_tenant_id, kind, status, roles, activated_at)
select pg_temp.key('tenant', i), pg_temp.key('link', i),
  pg_temp.key('tenant', {{tenants}} + i / {CUSTOMERS_OF_A_PARTNER}), 'RESELLER', 'ACTIVE', '{{{{}}}}',
  '2024-01-04 00:00+00'
from generate_series(0, {{tenants}} - 1) i"""

_CUSTOMERS = """
insert into app.customer (tenant_id, id, kind, name, email, phone, is_self)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('customer', i), 'ACCOUNT', 'Account ' || i,
  'office.' || i || '@account.example', '+49 30 ' || 100000 + i, i < {tenants}
from generate_series(0, 20 * {tenants} - 1) i"""

_AGREEMENTS = """
insert into app.agreement (tenant_id, id, number, program, starts_on, ends_on, activated_at)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('agreement', i), 'A-' || 100000 + i,
  (array['UNIFIED', 'PREMIER'])[1 + i % 2], date '2025-01-01' + (i / {tenants} * 30 + i % 20)::int, '2034-12-31',
  '2025-01-01 00:00+00'
from generate_series(0, {rows} - 1) i"""

_PACKAGES = """
insert into app.package (tenant_id, id, agreement_id, external_id, name, section, starts_on, ends_on)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('package', i), pg_temp.key('agreement', i % {agreements}),
  'P-' || i, 'Package ' || i, (array['ENTERPRISE_WIDE', 'ADD_ON'])[1 + i / {agreements} % 2],
  date '2025-04-01' + (i / {agreements} * 7)::int, date '2034-06-30' - (i % 100)::int
from generate_series(0, {rows} - 1) i"""

# All packages of an agreement are mapped to one workspace.
_MAPPINGS = """
insert into app.workspace_package (tenant_id, workspace_id, package_id)
select pg_temp.key('tenant', i % {tenants}),
  pg_temp.key('workspace', i % {tenants} + i % {agreements} / {tenants} % 2 * {tenants}), pg_temp.key('package', i)
from generate_series(0, {rows} - 1) i"""

_LINES = """
insert into app.entitlement (tenant_id, id, package_id, name, category, is_consumable, allocation_type, total_terms,
  decrease_on, state, starts_on, ends_on)
select pg_temp.key('tenant', i % {tenants}), pg_temp.key('entitlement', i), pg_temp.key('package', i % {packages}),
  'Entitlement ' || i, (array['REACTIVE_SUPPORT', 'ADVISORY_SUPPORT', 'BUILT_IN_PROACTIVE', 'PROACTIVE_CREDITS',
  'OTHER'])[1 + i / {packages} % 5], true, 'CASES', 100 + i % 900 + 0.50, 'CASE_CREATION', 'ACTIVE', '2025-05-01',
  '2034-03-01'
from generate_series(0, {rows} - 1) i"""

_CASES = f"""
insert into app.incident (tenant_id, id, workspace_id, ticket_number, title, description, customer_id,
  primary_contact_user_id, entitlement_id, origin, case_type, priority, support_kind, state, status, owner_id,
  created_by, created_at, modified_at)
select pg_temp.key('tenant', t), pg_temp.key('case', i), pg_temp.key('workspace', t + k % 2 * {{tenants}}),
  'CAS-' || 1000000 + i,
  'Case ' || i || ': ' || (array['printer does not answer', 'cannot sign in after an update',
    'invoice total differs from the order', 'remote session drops every hour'])[1 + k % 4],
  repeat('What happened, and when, and what was tried already. ', 4), pg_temp.key('customer', t + k % 20 * {{tenants}}),
  pg_temp.key('user', t + k * 3 % 10 * {{tenants}}), pg_temp.key('entitlement', t + k % {LINES} * {{tenants}}),
  (array['EMAIL', 'WEB', 'PHONE'])[1 + k % 3], (array['QUESTION', 'PROBLEM', 'REQUEST'])[1 + k % 3],
  (array['LOW', 'NORMAL', 'HIGH'])[1 + k * 7 % 3], (array['ADVISORY', 'PROBLEM_RESOLUTION'])[1 + k % 2],
  (array['ACTIVE', 'ACTIVE', 'RESOLVED', 'CANCELLED'])[1 + k % 4],
  (array['IN_PROGRESS', 'ON_HOLD', 'PROBLEM_SOLVED', 'CANCELLED'])[1 + k % 4],
  pg_temp.key('user', t + k % 10 * {{tenants}}), pg_temp.key('user', t), moment, moment
from (select i, (i % {{tenants}})::int as t, (i / {{tenants}})::int as k,
        timestamptz '2025-01-01 00:00+00' + i / {{tenants}} * interval '1 day' + i * 7919 % 86400 * interval '1 second'
          + (1 + i * 31 % 998) * interval '1 millisecond' as moment
      from generate_series({{first}}::bigint, {{last}}) i) numbered"""

_CONSUMPTIONS = f"""
insert into app.consumption (tenant_id, id, entitlement_id, workspace_id, origin, quantity, occurred_on, recorded_at)
select pg_temp.key('tenant', t), pg_temp.key('consumption', {{use}}::bigint * {{rows}} + i),
  pg_temp.key('entitlement', i),
  pg_temp.key('workspace', t + i % ({AGREEMENTS} * {{tenants}}) / {{tenants}} % 2 * {{tenants}}), 'WEB',
  1 + (i + {{use}}) % 4 + 0.25, date '2025-06-01' + {{use}} * 7 + (i % 7)::int,
  timestamptz '2025-06-01 00:00+00' + {{use}} * interval '7 days'
from (select i, (i % {{tenants}})::int as t from generate_series(0::bigint, {{rows}} - 1) i) numbered"""

# What the trigger of the ledger would have kept; triggers sleep while the world is filled.
_TOTALS = """
insert into app.consumption_total (tenant_id, entitlement_id, workspace_id, origin, used, uses)
select tenant_id, entitlement_id, workspace_id, origin, sum(quantity), count(*) from app.consumption
group by tenant_id, entitlement_id, workspace_id, origin"""

_SUBSCRIPTIONS = f"""
insert into app.subscription (tenant_id, id, partner_tenant_id, service_code, product_id, product_name, channel,
  is_trial, state, licenses_sold, licenses_assigned, starts_on)
select pg_temp.key('tenant', i % {{tenants}}), pg_temp.key('subscription', i),
  pg_temp.key('tenant', {{tenants}} + i % {{tenants}} / {CUSTOMERS_OF_A_PARTNER}),
  (array['O365', 'O365', 'O365', 'DYNAMICS365', 'DYNAMICS365'])[1 + i / {{tenants}}],
  'SKU-' || i / {{tenants}}, 'Product ' || i / {{tenants}}, 'RESELLER', false, 'ACTIVE', 30 + i % 70, 20 + i % 30,
  '2025-01-01'
from generate_series(0, {SUBSCRIPTIONS} * {{tenants}} - 1) i"""

_ACTIVITY = f"""
insert into app.license_activity (tenant_id, subscription_id, user_key, workload_code, active_on)
select pg_temp.key('tenant', s % {{tenants}}), pg_temp.key('subscription', s),
  'u' || i / ({SUBSCRIPTIONS} * {{tenants}}),
  case when s / {{tenants}} > 2 then 'DYNAMICS'
       else (array['EXCHANGE', 'SHAREPOINT', 'ONEDRIVE', 'TEAMS'])[1 + (i / 7 + {{day}}) % 4] end,
  date '{AS_OF}' - ({{day}} * 2 + i % 2)::int
from (select i, (i % ({SUBSCRIPTIONS} * {{tenants}}))::int as s
      from generate_series(0::bigint, {{rows}} - 1) i) numbered"""
