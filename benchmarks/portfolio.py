"""python -m benchmarks.portfolio: a partner with 5,000 customers and 40,000 subscriptions asks for its portfolio.

Prints what PostgreSQL spends on each statement of each grouping, as the runtime role, behind its policies; and, with
`--load ROWS`, how long it takes to import so many rows of one day's activity.
"""

import argparse
import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from gateway.demo import ids
from migrations.run import upgrade
from resolvers import portfolio_statements as sql
from resolvers.portfolio_words import PortfolioGrouping, PortfolioOrder
from tenancy.database import Database
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER
from tenancy.importing import import_files
from tenancy.statements import Statement

CUSTOMERS, PER_CUSTOMER, MONTHS = 5000, 8, 12
TODAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
PARTNER = ids.of("partner-p")
ROUNDS = 7

_FILL = f"""
insert into app.tenant (id, kind, name) values ('{PARTNER}', 'PARTNER', 'P');
insert into app.tenant (id, kind, name)
  select md5('c' || c)::uuid, 'CUSTOMER', 'Customer ' || c from generate_series(1, {CUSTOMERS}) c;
insert into app.partner_relationship (tenant_id, id, partner_tenant_id, kind, status, roles, activated_at)
  select md5('c' || c)::uuid, md5('r' || c)::uuid, '{PARTNER}', 'RESELLER', 'ACTIVE', '{{}}', '2024-01-01'
  from generate_series(1, {CUSTOMERS}) c;
insert into app.subscription (tenant_id, id, partner_tenant_id, service_code, product_id, product_name, channel,
  is_trial, state, licenses_sold, licenses_assigned, starts_on)
  select md5('c' || c)::uuid, md5('s' || c || '/' || s)::uuid, '{PARTNER}',
    case when s < 6 then 'O365' else 'DYNAMICS365' end, 'P' || s, 'Product ' || s, 'RESELLER', s = 3, 'ACTIVE', 125,
    (c * 7 + s) % 126, '2024-01-01'
  from generate_series(1, {CUSTOMERS}) c, generate_series(1, {PER_CUSTOMER}) s;
insert into app.portfolio_customer (tenant_id, customer_tenant_id, loaded_at, as_of)
  select '{PARTNER}', md5('c' || c)::uuid, now(), '{TODAY}' from generate_series(1, {CUSTOMERS}) c;
insert into app.portfolio_licence
  select partner_tenant_id, tenant_id, id, service_code, product_id, product_name, channel, is_trial, not is_trial,
    licenses_sold, licenses_assigned from app.subscription;
insert into app.portfolio_use (tenant_id, month, customer_tenant_id, subscription_id, workload_code, users,
  service_code, product_id, channel, is_trial, counts, licenses_sold)
  select '{PARTNER}', (date '2024-07-01' + m * interval '1 month')::date, tenant_id, id, w,
    (select array_agg((licenses_sold * (d + m) / 60)::int) from generate_series(1, 31) d),
    service_code, product_id, channel, is_trial, not is_trial, licenses_sold
  from generate_series(0, {MONTHS - 1}) m, app.subscription,
    unnest(case service_code when 'O365' then array['EXCHANGE', 'TEAMS'] else array['DYNAMICS', 'TEAMS'] end) w;
insert into app.portfolio_month (tenant_id, month, customer_tenant_id, service_code, workload_code, channel, users,
  beyond, not_active, trial)
  select tenant_id, month, customer_tenant_id, service_code, workload_code, channel, sum(users[28]), false, false, false
  from app.portfolio_use group by tenant_id, month, customer_tenant_id, service_code, workload_code, channel
  having sum(users[28]) > 0;
analyze;
"""


async def main() -> None:
    wanted = _arguments()
    with tempfile.TemporaryDirectory(prefix="gateway-portfolio-") as folder:
        os.chmod(folder, 0o711)
        cluster = Cluster.start(Path(folder), durable=False)
        try:
            await cluster.create_database("portfolio")
            await upgrade(cluster.url(SUPERUSER, "portfolio"))
            await _filled(cluster)
            await _measured(cluster)
            if wanted.load:
                await _loaded(cluster, wanted.load, Path(folder))
        finally:
            cluster.stop()


async def _filled(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.url(SUPERUSER, "portfolio"))
    await connection.execute(_FILL)
    await connection.execute("vacuum app.portfolio_use")  # as the server itself does after a load
    rows = await connection.fetchval("select count(*) from app.portfolio_use")
    size = await connection.fetchval("select pg_size_pretty(pg_total_relation_size('app.portfolio_use'))")
    print(f"{CUSTOMERS} customers, {CUSTOMERS * PER_CUSTOMER} subscriptions, {rows} rows of use ({size})")  # noqa: T201  for people
    await connection.close()


async def _measured(cluster: Cluster) -> None:
    database = Database(cluster.url("gw_app", "portfolio"), cluster.url("gw_system", "portfolio"), size=1)
    async with database.driver() as connection, connection.transaction():
        await connection.execute(f"select set_config('app.tenant', '{PARTNER}', true)")
        for name, statements in _questions():
            spent = [sum([await _milliseconds(connection, *each) for each in statements]) for _ in range(ROUNDS)]
            told = f"{min(spent):7.1f} ms best, {median(spent):7.1f} ms median, {max(spent):7.1f} ms worst"
            print(f"{name:<34} {told} of {ROUNDS}")  # noqa: T201  for people
    await database.close()


def _questions() -> Iterator[tuple[str, list[tuple[Statement, dict[str, Any]]]]]:
    yield "unfiltered total, with use", [(sql.sales(None), _values()), (sql.uses(None), _values())]
    for by in PortfolioGrouping:
        page = sql.groups(by, PortfolioOrder.LICENSES_SOLD, ascending=False, after=False)
        yield f"page by {by}", [(page, _values(limit=101))]
    named = sql.groups(
        PortfolioGrouping.MONTH, PortfolioOrder.LICENSES_SOLD, ascending=False, after=False, products=True
    )
    yield "page by MONTH, of two products", [(named, _values(limit=101, products=["P2", "P7"]))]
    yield "use of a year of months", [(sql.uses(PortfolioGrouping.MONTH), _values())]
    by_use = sql.groups(PortfolioGrouping.CUSTOMER, PortfolioOrder.USAGE_PERCENT, ascending=False, after=False)
    yield "page by CUSTOMER, ranked by use", [(by_use, _values(limit=101, workloads=["EXCHANGE"]))]
    keys = [_customer(number) for number in range(1, 101)]
    chosen = _values(keys=keys, customers=keys)
    by = PortfolioGrouping.CUSTOMER
    yield "use of a page of 100 customers", [(sql.sales(by), chosen), (sql.uses(by), chosen)]
    yield "count of customers", [(sql.count(PortfolioGrouping.CUSTOMER), _values())]


async def _milliseconds(connection: Any, statement: Statement, values: dict[str, Any]) -> float:
    """Planning and execution, as the server tells them."""
    text = statement.text(frozenset({"v_insights"}))
    facts = {"v_tenant": PARTNER, "v_tenants": [PARTNER], "v_me": PARTNER}
    told = await connection.fetchval(
        f"explain (analyze, format json, timing off) {text.sql}", *text.arguments(facts, values)
    )
    (plan,) = json.loads(told)
    return float(plan["Planning Time"]) + float(plan["Execution Time"])


def _values(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = dict.fromkeys(("customers", "products", "channels", "workloads", "keys"))
    given |= {"partner": PARTNER, "now": NOW, "linked_since": NOW - timedelta(days=28)}
    given |= {"services": ["O365", "DYNAMICS365"], "month": TODAY.replace(day=1), "place": TODAY.day}
    return given | more


async def _loaded(cluster: Cluster, rows: int, folder: Path) -> None:
    """Import one day of so many users, over four weeks of their earlier activity."""
    file = folder / "license_activity.csv"
    with file.open("w") as out:
        out.write("tenant_id,subscription_id,user_key,workload_code,active_on\n")
        for number in range(rows):
            customer, place = number % CUSTOMERS + 1, number // CUSTOMERS % PER_CUSTOMER + 1
            user = number // (CUSTOMERS * PER_CUSTOMER)
            subscription = _id(f"s{customer}/{place}")
            out.write(f"{_customer(customer)},{subscription},u{user},EXCHANGE,{TODAY}\n")
    connection = await asyncpg.connect(cluster.url(SUPERUSER, "portfolio"))
    await connection.execute(_PAST.format(users=rows // (CUSTOMERS * PER_CUSTOMER), today=TODAY))
    past = await connection.fetchval("select count(*) from app.license_activity")
    await connection.close()
    report = await import_files(cluster.url("gw_system", "portfolio"), [file])
    (loaded,) = report.files
    print(f"{loaded.lines} rows of one day over {past} earlier ones: {loaded.seconds:.1f} s, {loaded.problems}")  # noqa: T201  for people


_PAST = """
insert into app.license_activity (tenant_id, subscription_id, user_key, workload_code, active_on)
  select tenant_id, id, 'u' || u, 'EXCHANGE', date '{today}' - d
  from app.subscription, generate_series(0, {users} - 1) u, unnest(array[3, 9, 20]) d;
analyze app.license_activity;
"""


def _customer(number: int) -> str:
    return _id(f"c{number}")


def _id(name: str) -> str:
    return str(UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.portfolio", description=__doc__)
    parser.add_argument("--load", type=int, default=0, metavar="ROWS", help="also import so many rows of one day")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
