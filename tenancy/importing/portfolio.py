"""Rollups kept in step with what a file brings, in the file's own transaction (decision 0006).

Use is counted per subscription, reported workload and day: distinct users in the 28 days up to that day. Such counts
do not add up over days, so a new day of use is translated into the days that it newly covers: from that day, or from
where the user's last known use stops counting, until 27 days later or the user's next use. Added to the counts that
are there, this gives exactly what counting anew would give, in whatever order files come.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tenancy.importing.sql import Connection
from tenancy.importing.staging import Stages
from tenancy.importing.writing import Counts

PORTFOLIO: Final = "portfolio"
CUSTOMER: Final = "portfolio.customer"
"""Topics of the events of a partner when a file has changed what it reads: one for all, and one for each customer."""

_SOURCES: Final = ("license_activity", "subscription", "partner_relationship")
_REPORTED: Final = "case {0}.workload_code when 'ONEDRIVE' then 'SHAREPOINT' else {0}.workload_code end"


async def notice(connection: Connection, stages: Stages) -> None:
    """Before the file is written: which days of use are new, and how counts change by them."""
    if "license_activity" in stages.rows:
        await connection.execute(_DELTAS)


async def follow(connection: Connection, stages: Stages) -> None:
    """After the file is written: counts of the customers it names, and their partners' copies."""
    sources = [source for source in _SOURCES if source in stages.rows]
    if not sources:
        return
    if "license_activity" in sources:
        await connection.execute(_ADD_USE)
    await connection.execute(_touched(sources))
    for statement in (_CUSTOMERS, _LICENCES, _USE, _NO_MONTHS, _MONTHS):
        await connection.execute(statement)


async def tell(connection: Connection, counts: Mapping[str, Counts], at: datetime) -> None:
    """Then: the news of it for the partners, unless the file held nothing new."""
    written = [counts[source] for source in _SOURCES if source in counts]
    if any(each.inserted or each.updated for each in written):
        await connection.execute(_NEWS, at)
    await connection.execute("drop table if exists import_use_delta, import_touched")


def _touched(sources: Sequence[str]) -> str:
    """Customers that the file is about, each with the first month whose counts may differ for a partner."""
    firsts = {
        # A new link shows the partner all there is, and a changed subscription changes all that was counted on it.
        "partner_relationship": "select tenant_id, '-infinity'::date from import_partner_relationship",
        "subscription": "select tenant_id, '-infinity'::date from import_subscription",
        "license_activity": "select tenant_id, date_trunc('month', day)::date from import_use_delta"
        " union all select tenant_id, 'infinity'::date from import_license_activity",
    }
    rows = " union all ".join(firsts[source] for source in sources)
    return f"""create temporary table import_touched on commit drop as
select tenant_id, min(first_month) as first_month
from ({rows}) as named (tenant_id, first_month) group by tenant_id"""


_DELTAS: Final = f"""create temporary table import_use_delta on commit drop as
with fresh as (
  select distinct tenant_id, subscription_id, user_key, {_REPORTED.format("s")} as workload, active_on as day
  from import_license_activity s
), span as (
  select min(day) - 27 as first, max(day) + 27 as last from fresh
), users as (
  select distinct tenant_id, subscription_id, user_key from fresh
), days as (
  select tenant_id, subscription_id, user_key, workload, day, bool_or(known) as known
  from (
    select tenant_id, subscription_id, user_key, workload, day, false as known from fresh
    union all
    select a.tenant_id, a.subscription_id, a.user_key, {_REPORTED.format("a")}, a.active_on, true
    from users u
    join app.license_activity a using (tenant_id, subscription_id, user_key)
    where a.active_on between (select first from span) and (select last from span)
  ) as told
  group by tenant_id, subscription_id, user_key, workload, day
), ordered as (
  select *, lead(day) over mine as next,
    max(day) filter (where known) over (mine rows between unbounded preceding and 1 preceding) as before
  from days
  window mine as (partition by tenant_id, subscription_id, user_key, workload order by day)
), covered as (
  select tenant_id, subscription_id, workload, greatest(day, before + 28) as first, least(day + 27, next - 1) as last
  from ordered where not known
)
select tenant_id, subscription_id, workload, day, sum(change)::int as change
from covered, lateral (values (first, 1), (last + 1, -1)) as step (day, change)
where first <= last
group by tenant_id, subscription_id, workload, day having sum(change) <> 0"""

_ADD_USE: Final = """
with steps as (
  select tenant_id, subscription_id, workload, day,
    sum(change) over mine as users, lead(day) over mine - 1 as until
  from import_use_delta
  window mine as (partition by tenant_id, subscription_id, workload order by day)
), added as (
  select tenant_id, subscription_id, workload, day + place as day, users
  from steps, generate_series(0, until - day) as place
  where users <> 0
), months as (
  select tenant_id, subscription_id, workload, date_trunc('month', day)::date as month,
    array_agg(extract(day from day)::int) as days, array_agg(users::int) as users
  from added group by 1, 2, 3, 4
)
insert into app.licence_use (tenant_id, subscription_id, workload_code, month, users)
select tenant_id, subscription_id, workload, month, (
  select array_agg(coalesce(told.number, 0) order by place)
  from generate_series(1, 31) as place
  left join unnest(days, months.users) as told (day, number) on told.day = place)
from months
on conflict (tenant_id, subscription_id, workload_code, month) do update set users = (
  select array_agg(coalesce(old, 0) + new order by place)
  from unnest(licence_use.users, excluded.users) with ordinality as both_of (old, new, place))"""

_LINKS: Final = """(
  select distinct partner_tenant_id, tenant_id, first_month
  from app.partner_relationship join import_touched using (tenant_id) where kind = 'RESELLER'
)"""

_CUSTOMERS: Final = f"""
insert into app.portfolio_customer (tenant_id, customer_tenant_id, loaded_at, as_of)
select link.partner_tenant_id, link.tenant_id, f.loaded_at, f.as_of
from {_LINKS} as link
left join app.freshness f on f.tenant_id = link.tenant_id and f.source = 'license_activity'
on conflict (tenant_id, customer_tenant_id) do update set loaded_at = excluded.loaded_at, as_of = excluded.as_of"""

_LICENCES: Final = f"""
insert into app.portfolio_licence as known (tenant_id, customer_tenant_id, subscription_id, service_code, product_id,
  product_name, channel, is_trial, counts, licenses_sold, licenses_assigned)
select link.partner_tenant_id, s.tenant_id, s.id, s.service_code, s.product_id, s.product_name, s.channel, s.is_trial,
  s.state = 'ACTIVE' and not s.is_trial and s.superseded_by_id is null, s.licenses_sold, s.licenses_assigned
from {_LINKS} as link join app.subscription s on s.tenant_id = link.tenant_id
on conflict (tenant_id, customer_tenant_id, subscription_id) do update set
  service_code = excluded.service_code, product_id = excluded.product_id, product_name = excluded.product_name,
  channel = excluded.channel, is_trial = excluded.is_trial, counts = excluded.counts,
  licenses_sold = excluded.licenses_sold, licenses_assigned = excluded.licenses_assigned
where known is distinct from excluded"""

_USE: Final = f"""
insert into app.portfolio_use as known (tenant_id, month, customer_tenant_id, subscription_id, workload_code, users,
  service_code, product_id, channel, is_trial, counts, licenses_sold)
select link.partner_tenant_id, u.month, u.tenant_id, u.subscription_id, u.workload_code, u.users,
  s.service_code, s.product_id, s.channel, s.is_trial, s.counts, s.licenses_sold
from {_LINKS} as link
join app.licence_use u on u.tenant_id = link.tenant_id and u.month >= link.first_month
join app.portfolio_licence s on s.tenant_id = link.partner_tenant_id and s.customer_tenant_id = u.tenant_id
  and s.subscription_id = u.subscription_id
on conflict (tenant_id, month, customer_tenant_id, subscription_id, workload_code) do update set
  users = excluded.users, service_code = excluded.service_code, product_id = excluded.product_id,
  channel = excluded.channel, is_trial = excluded.is_trial, counts = excluded.counts,
  licenses_sold = excluded.licenses_sold
where known is distinct from excluded"""


# A group may vanish when a subscription changes, so the months are written anew.
_NO_MONTHS: Final = f"""
delete from app.portfolio_month m using {_LINKS} as link
where m.tenant_id = link.partner_tenant_id and m.customer_tenant_id = link.tenant_id and m.month >= link.first_month"""

_MONTHS: Final = f"""
insert into app.portfolio_month (tenant_id, month, customer_tenant_id, service_code, workload_code, channel, users,
  beyond, not_active, trial)
select u.tenant_id, u.month, u.customer_tenant_id, u.service_code, u.workload_code, u.channel,
  sum(u.month_end), bool_or(u.counts and u.month_end > u.licenses_sold),
  bool_or(not u.counts and not u.is_trial), bool_or(u.is_trial)
from {_LINKS} as link
join app.portfolio_use u on u.tenant_id = link.partner_tenant_id and u.customer_tenant_id = link.tenant_id
  and u.month >= link.first_month
where u.month_end > 0
group by u.tenant_id, u.month, u.customer_tenant_id, u.service_code, u.workload_code, u.channel"""


_NEWS: Final = f"""
insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)
select partner_tenant_id, topic, subject_id, '{{}}', $1
from (
  select partner_tenant_id, '{CUSTOMER}' as topic, tenant_id as subject_id from {_LINKS} as link
  union
  select partner_tenant_id, '{PORTFOLIO}', partner_tenant_id from {_LINKS} as link
) as news order by partner_tenant_id, topic desc, subject_id"""
