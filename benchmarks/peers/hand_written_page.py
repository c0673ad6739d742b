"""The page of a large customer by hand: workspaces, agreements with all below them, totals per category, counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_PLACES = "select id, name from app.workspace where tenant_id = $1 order by name, id"

_AGREED = """
select a.id, a.number, a.starts_on, a.ends_on, p.id, p.name, p.section, p.ends_on,
  e.id, e.name, e.category, e.total_terms, u.consumed, e.total_terms - u.consumed
from app.agreement a
join app.package p on p.tenant_id = a.tenant_id and p.agreement_id = a.id
join app.entitlement e on e.tenant_id = p.tenant_id and e.package_id = p.id
left join lateral (select coalesce(sum(u.used), 0) as consumed from app.consumption_total u
                   where u.tenant_id = e.tenant_id and u.entitlement_id = e.id) u on true
where a.tenant_id = $1 order by a.starts_on, a.id, p.starts_on, p.id, e.name, e.id"""

TOTALS = """
select e.category, e.allocation_type, sum(e.total_terms), sum(u.consumed), sum(e.total_terms) - sum(u.consumed)
from app.entitlement e
join app.package p on p.tenant_id = e.tenant_id and p.id = e.package_id and p.section = 'ENTERPRISE_WIDE'
left join lateral (select coalesce(sum(u.used), 0) as consumed from app.consumption_total u
                   where u.tenant_id = e.tenant_id and u.entitlement_id = e.id) u on true
where e.tenant_id = $1 group by e.category, e.allocation_type order by e.category, e.allocation_type"""

ADDITIONAL = """
select support_kind, count(*)::int from app.incident where tenant_id = $1 and (classification is not null
  or agreement_id is null or package_id is null or entitlement_id is null) group by support_kind"""

PAGE = (_PLACES, _AGREED, TOTALS, ADDITIONAL)

_GROUPS = {
    "BUILT_IN_PROACTIVE": "BUILT_IN_PROACTIVE",
    "PROACTIVE_CREDITS": "BUILT_IN_PROACTIVE",
    "ADVISORY_SUPPORT": "AS_NEEDED_SUPPORT",
    "REACTIVE_SUPPORT": "AS_NEEDED_SUPPORT",
    "OTHER": "OTHER",
}

Rows = Sequence[Any]


def page_of(places: Rows, agreed: Rows, totals: Rows, additional: Rows) -> dict[str, Any]:
    """The page from the rows of `PAGE`."""
    return {
        "customerActivity": {
            "places": [{"id": id, "name": name} for id, name in places],
            "activeAgreements": _agreements(agreed),
            "enterpriseWide": [{"group": group, "lines": lines} for group, lines in grouped(totals).items()],
            "additionalCases": [{"service": service, "count": count} for service, count in additional],
        }
    }


def grouped(totals: Iterable[Any]) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of `TOTALS` under their headings."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for category, unit, total, consumed, remaining in totals:
        line = {"category": category, "unit": unit, "total": total, "consumed": consumed, "remaining": remaining}
        groups.setdefault(_GROUPS[category], []).append({**line, "consumedInSelection": consumed})
    return groups


def _agreements(rows: Rows) -> list[dict[str, Any]]:
    agreements: list[dict[str, Any]] = []
    agreement: Any = {"id": None}
    package = agreement
    for row in rows:
        aid, number, starts, ends, pid, pname, section, pends, eid, ename, category, total, consumed, remaining = row
        if agreement["id"] != aid:
            agreement = {"id": aid, "number": number, "startsOn": starts, "endsOn": ends, "packages": []}
            agreements.append(agreement)
        if package["id"] != pid:
            package = {"id": pid, "name": pname, "section": section, "endsOn": pends, "entitlements": []}
            agreement["packages"].append(package)
        line = {"id": eid, "name": ename, "category": category, "totalTerms": total}
        package["entitlements"].append({**line, "consumed": consumed, "remaining": remaining})
    return agreements
