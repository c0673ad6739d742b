"""The rows of large customers: 20 workspaces, 10 agreements, 80 packages, 400 entitlements each.

They stand beside the customers of `rows`, under keys of their own, and with cases of which half are additional.
"""

from collections.abc import Iterator

from benchmarks.rows_step import CONSUMPTIONS, Step

LARGE = 4
WORKSPACES, AGREEMENTS, PACKAGES, ENTITLEMENTS = 20, 10, 80, 400  # per large customer
CASES = 200


def steps() -> Iterator[Step]:
    """Everything that the large customers are made of."""
    yield Step("large customer", LARGE, _TENANTS)
    yield Step("large customer's user", LARGE, _PEOPLE)
    yield Step("large customer's workspace", LARGE * WORKSPACES, _WORKSPACES)
    yield Step("large customer's agreement", LARGE * AGREEMENTS, _AGREEMENTS)
    yield Step("large customer's package", LARGE * PACKAGES, _PACKAGES)
    yield Step("large customer's mapping", LARGE * PACKAGES * 2, _MAPPINGS)
    yield Step("large customer's entitlement", LARGE * ENTITLEMENTS, _LINES)
    yield Step("large customer's case", LARGE * CASES, _CASES)
    yield Step("large customer's use", LARGE * ENTITLEMENTS * CONSUMPTIONS, _USES)


def _each(count: int) -> str:
    """Row i, of large customer i % LARGE, is its k-th."""
    numbered = f"select i, i % {LARGE} as t, i / {LARGE} as k from generate_series(0, {LARGE * count} - 1) i"
    return f"from ({numbered}) numbered"


_TENANTS = f"""
insert into app.tenant (id, kind, name, entra_tenant_id)
select pg_temp.key('large', i), 'CUSTOMER', 'Large customer ' || i, pg_temp.key('large entra', i)
from generate_series(0, {LARGE} - 1) i"""

_PEOPLE = f"""
with people as (
  insert into app.app_user (id, tid, oid, account_type, is_guest, display_name, created_at)
  select pg_temp.key('large user', i), pg_temp.key('large entra', i), pg_temp.key('large oid', i), 'WORK_SCHOOL', false,
    'Head ' || i, '2024-01-01 00:00+00'
  from generate_series(0, {LARGE} - 1) i),
accounts as (
  insert into app.customer (tenant_id, id, kind, name, is_self)
  select pg_temp.key('large', i), pg_temp.key('large account', i), 'ACCOUNT', 'Account of ' || i, true
  from generate_series(0, {LARGE} - 1) i)
insert into app.role_grant (tenant_id, id, user_id, role, granted_at)
select pg_temp.key('large', i), pg_temp.key('large grant', n * {LARGE} + i), pg_temp.key('large user', i),
  (array['GLOBAL_ADMIN', 'SERVICE_MANAGER'])[n + 1], '2024-01-03 00:00+00'
from generate_series(0, {LARGE} - 1) i, generate_series(0, 1) n"""

_WORKSPACES = f"""
insert into app.workspace (tenant_id, id, name, purpose, is_default, created_by, created_at)
select pg_temp.key('large', t), pg_temp.key('large workspace', i), 'Workspace ' || i, 'Part ' || k, k = 0,
  pg_temp.key('large user', t), '2024-01-02 00:00+00'
{_each(WORKSPACES)}"""

_AGREEMENTS = f"""
insert into app.agreement (tenant_id, id, number, program, starts_on, ends_on, activated_at)
select pg_temp.key('large', t), pg_temp.key('large agreement', i), 'L-' || 100000 + i,
  (array['UNIFIED', 'PREMIER'])[1 + k % 2], date '2025-01-01' + k * 9, '2034-12-31', '2025-01-01 00:00+00'
{_each(AGREEMENTS)}"""

_PACKAGES = f"""
insert into app.package (tenant_id, id, agreement_id, external_id, name, section, starts_on, ends_on)
select pg_temp.key('large', t), pg_temp.key('large package', i),
  pg_temp.key('large agreement', i % {LARGE * AGREEMENTS}),
  'LP-' || i, 'Package ' || i, (array['ENTERPRISE_WIDE', 'ADD_ON'])[1 + k / {AGREEMENTS} % 2],
  date '2025-05-01' + k, date '2034-06-30' - k
{_each(PACKAGES)}"""

# Every package is mapped to two workspaces, every workspace has eight of them.
_MAPPINGS = f"""
insert into app.workspace_package (tenant_id, workspace_id, package_id)
select pg_temp.key('large', t), pg_temp.key('large workspace', t + (k + n * 7) % {WORKSPACES} * {LARGE}),
  pg_temp.key('large package', i)
{_each(PACKAGES)}, generate_series(0, 1) n"""

_LINES = f"""
insert into app.entitlement (tenant_id, id, package_id, name, category, is_consumable, allocation_type, total_terms,
  decrease_on, state, starts_on, ends_on)
select pg_temp.key('large', t), pg_temp.key('large line', i), pg_temp.key('large package', i % {LARGE * PACKAGES}),
  'Entitlement ' || i, (array['REACTIVE_SUPPORT', 'ADVISORY_SUPPORT', 'BUILT_IN_PROACTIVE', 'PROACTIVE_CREDITS',
  'OTHER'])[1 + k / {PACKAGES} % 5], true, 'CASES', 200 + k + 0.50, 'CASE_CREATION', 'ACTIVE', '2025-06-01',
  '2034-03-01'
{_each(ENTITLEMENTS)}"""

# Every second case is charged to a line of its own workspace, the others to nothing, which makes them additional.
_CASES = f"""
insert into app.incident (tenant_id, id, workspace_id, ticket_number, title, customer_id, agreement_id, package_id,
  entitlement_id, origin, case_type, priority, support_kind, state, status, owner_id, created_by, created_at,
  modified_at)
select pg_temp.key('large', t), pg_temp.key('large case', i),
  pg_temp.key('large workspace', t + k % {WORKSPACES} * {LARGE}), 'CAS-L' || i, 'Case ' || i,
  pg_temp.key('large account', t),
  case when backed then pg_temp.key('large agreement', t + k % {AGREEMENTS} * {LARGE}) end,
  case when backed then pg_temp.key('large package', t + k % {PACKAGES} * {LARGE}) end,
  case when backed then pg_temp.key('large line', t + k % {PACKAGES} * {LARGE}) end, 'WEB', 'QUESTION', 'NORMAL',
  (array['ADVISORY', 'PROBLEM_RESOLUTION'])[1 + k / 2 % 2], 'ACTIVE', 'IN_PROGRESS', pg_temp.key('large user', t),
  pg_temp.key('large user', t), moment, moment
from (select *, k % 2 = 0 as backed, timestamptz '2025-07-01 00:00+00' + k * interval '1 day' as moment
      {_each(CASES)}) numbered"""

_USES = f"""
insert into app.consumption (tenant_id, id, entitlement_id, workspace_id, origin, quantity, occurred_on, recorded_at)
select pg_temp.key('large', t), pg_temp.key('large use', use * {LARGE * ENTITLEMENTS} + i),
  pg_temp.key('large line', i),
  pg_temp.key('large workspace', t + k % {PACKAGES} % {WORKSPACES} * {LARGE}), 'WEB', 1 + (i + use) % 4 + 0.25,
  date '2025-07-01' + use * 7, timestamptz '2025-07-01 00:00+00' + use * interval '7 days'
{_each(ENTITLEMENTS)}, generate_series(0, {CONSUMPTIONS} - 1) use"""
