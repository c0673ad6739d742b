"""The limit: one statement per question, rows nested by hand, no GraphQL, no token, the tenant as a condition."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

from benchmarks.peers.hand_written_page import PAGE, page_of

_CASE = "c.id, c.ticket_number, c.title, c.status, c.priority, c.origin, c.created_at"

_CASES = f"""
select {_CASE}, o.id, o.display_name, k.id, k.name, e.id, e.name, e.total_terms
from (select * from app.incident where tenant_id = $1 order by created_at desc, id limit $2) c
join app.app_user o on o.id = c.owner_id
join app.customer k on k.tenant_id = c.tenant_id and k.id = c.customer_id
left join app.entitlement e on e.tenant_id = c.tenant_id and e.id = c.entitlement_id
order by c.created_at desc, c.id"""

_ONE = f"""
select {_CASE}, o.id, o.display_name from app.incident c join app.app_user o on o.id = c.owner_id
where c.tenant_id = $1 and c.id = $2"""

_ACTIVITY = """
select w.id, w.name, a.id, a.number, a.program, a.starts_on, a.ends_on, p.id, p.name, p.section, p.ends_on,
  e.id, e.name, e.category, e.total_terms, u.consumed, e.total_terms - u.consumed
from app.workspace w
left join (select distinct m.tenant_id, m.workspace_id, p.agreement_id from app.workspace_package m
           join app.package p on p.tenant_id = m.tenant_id and p.id = m.package_id where m.tenant_id = $1) l
  on l.tenant_id = w.tenant_id and l.workspace_id = w.id
left join app.agreement a on a.tenant_id = l.tenant_id and a.id = l.agreement_id
left join app.package p on p.tenant_id = a.tenant_id and p.agreement_id = a.id
left join app.entitlement e on e.tenant_id = p.tenant_id and e.package_id = p.id
left join lateral (select coalesce(sum(c.used), 0) as consumed from app.consumption_total c
                   where c.tenant_id = e.tenant_id and c.entitlement_id = e.id) u on true
where w.tenant_id = $1
order by w.name, w.id, a.starts_on, a.id, p.starts_on, p.id, e.name, e.id"""

SOLD = """
select service_code, product_name, sum(licenses_sold)::int as sold, sum(licenses_assigned)::int as assigned
from app.subscription
where tenant_id = $1 and service_code in ('O365', 'DYNAMICS365') and state = 'ACTIVE'
  and not is_trial and superseded_by_id is null
group by service_code, product_id, product_name order by service_code, product_name"""

USED = """
select s.service_code, case a.workload_code when 'ONEDRIVE' then 'SHAREPOINT' else a.workload_code end,
  count(distinct (a.subscription_id, a.user_key))::int
from app.license_activity a join app.subscription s on s.tenant_id = a.tenant_id and s.id = a.subscription_id
where a.tenant_id = $1 and s.service_code in ('O365', 'DYNAMICS365') and a.active_on between $2::date - 27 and $2::date
group by 1, 2"""

# What is listed of a service that was sold, whether or not anybody used it.
_WORKLOADS = {
    "O365": ("EXCHANGE", "SHAREPOINT", "TEAMS", "SFB", "YAMMER", "OFFICE_APPS"),
    "DYNAMICS365": ("DYNAMICS",),
}

Rows = list[asyncpg.Record]


def cases_of(rows: Rows) -> dict[str, Any]:
    return {"cases": [_case(row) for row in rows]}


def _case(row: asyncpg.Record) -> dict[str, Any]:
    id, ticket, title, status, priority, origin, created, oid, oname, kid, kname, eid, ename, total = row
    return {
        "id": id,
        "ticketNumber": ticket,
        "title": title,
        "status": status,
        "priority": priority,
        "origin": origin,
        "createdAt": created,
        "owner": {"id": oid, "displayName": oname},
        "customer": {"id": kid, "name": kname},
        "entitlement": {"id": eid, "name": ename, "totalTerms": total} if eid else None,
    }


def case_of(rows: Rows) -> dict[str, Any]:
    if not rows:
        return {"case": None}
    id, ticket, title, status, priority, origin, created, oid, oname = rows[0]
    found = {
        "id": id,
        "ticketNumber": ticket,
        "title": title,
        "status": status,
        "priority": priority,
        "origin": origin,
        "createdAt": created,
        "owner": {"id": oid, "displayName": oname},
    }
    return {"case": found}


def activity_of(rows: Rows) -> dict[str, Any]:
    workspaces: list[Any] = []
    workspace: Any = {"id": None}
    agreement = package = workspace
    for row in rows:
        wid, wname, aid, number, program, starts, ends, pid, pname, section, pends, eid, *line = row
        if workspace["id"] != wid:
            workspace = {"id": wid, "name": wname, "agreements": []}
            workspaces.append(workspace)
        if aid is not None and agreement["id"] != aid:
            agreement = {"id": aid, "number": number, "program": program, "startsOn": starts, "endsOn": ends}
            agreement["packages"] = []
            workspace["agreements"].append(agreement)
        if pid is not None and package["id"] != pid:
            package = {"id": pid, "name": pname, "section": section, "endsOn": pends, "entitlements": []}
            agreement["packages"].append(package)
        if eid is not None:
            ename, category, total, consumed, remaining = line
            package["entitlements"].append(
                {
                    "id": eid,
                    "name": ename,
                    "category": category,
                    "totalTerms": total,
                    "consumed": consumed,
                    "remaining": remaining,
                }
            )
    return {"workspaces": workspaces}


def insights_of(sold: Sequence[Any], used: Sequence[Any]) -> dict[str, Any]:
    """Licence insights from the rows of `SOLD` and `USED`."""
    qualified: dict[str, int] = {}
    for service, _, licences, _ in sold:
        qualified[service] = qualified.get(service, 0) + licences
    users = {(service, workload): count for service, workload, count in used}
    all_sold, all_assigned = sum(row[2] for row in sold), sum(row[3] for row in sold)
    return {
        "customerInsights": {
            "licensesSold": all_sold,
            "licensesAssigned": all_assigned,
            "deploymentPercent": _percent(all_assigned, all_sold),
            "deployment": [
                {
                    "productName": name,
                    "licensesSold": licences,
                    "licensesAssigned": assigned,
                    "deploymentPercent": _percent(assigned, licences),
                }
                for _, name, licences, assigned in sold
            ],
            "usage": [
                {
                    "service": service,
                    "workload": workload,
                    "licensesActive": users.get((service, workload), 0),
                    "licensesQualified": licences,
                    "usagePercent": _percent(users.get((service, workload), 0), licences),
                }
                for service, licences in qualified.items()
                for workload in _WORKLOADS[service]
            ],
        }
    }


def _percent(part: int, whole: int) -> str | None:
    return f"{(2000 * part + whole) // (2 * whole) / 10:.1f}" if whole else None


class Server:
    """POST /graphql with the operation's name: the document is not read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        tenant = next(value for name, value in scope["headers"] if name == b"x-tenant").decode()
        asked = orjson.loads((await receive())["body"])
        data = await self._answers[asked["operationName"]](tenant, asked["variables"])
        body = orjson.dumps({"data": data})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with connected() as self._pool:
            self._answers: dict[str, Callable[[str, Any], Awaitable[Any]]] = {
                "CaseList": self._cases,
                "CustomerActivity": self._activity,
                "CustomerPage": self._page,
                "OneCase": self._case,
                "Portfolio": self._insights,
            }
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _cases(self, tenant: str, variables: Any) -> Any:
        return cases_of(await self._pool.fetch(_CASES, tenant, variables["first"]))

    async def _activity(self, tenant: str, _: Any) -> Any:
        return activity_of(await self._pool.fetch(_ACTIVITY, tenant))

    async def _page(self, tenant: str, _: Any) -> Any:
        return page_of(*[await self._pool.fetch(statement, tenant) for statement in PAGE])

    async def _case(self, tenant: str, variables: Any) -> Any:
        return case_of(await self._pool.fetch(_ONE, tenant, variables["id"]))

    async def _insights(self, _: str, variables: Any) -> Any:
        customer = variables["customer"]
        sold = await self._pool.fetch(SOLD, customer)
        return insights_of(sold, await self._pool.fetch(USED, customer, variables["asOf"]))


@asynccontextmanager
async def connected() -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    """Connections without asyncpg's reset, whose values are text where that is what the answer needs."""

    async def prepare(connection: Any) -> None:
        for name in ("uuid", "numeric", "date"):
            await connection.set_builtin_type_codec(name, schema="pg_catalog", codec_name="text", format="text")

    async def leave_alone(_: Any) -> None:
        return None

    async with asyncpg.create_pool(min_size=12, max_size=12, init=prepare, reset=leave_alone) as pool:
        yield pool


if __name__ == "__main__":
    settings: Any = {"loop": "uvloop", "http": "httptools", "log_level": "warning", "access_log": False}
    uvicorn.run(Server(), port=int(os.environ["PORT"]), **settings)
