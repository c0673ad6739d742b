"""What is asked, in each server's own words, and what makes two answers the same.

A question has one meaning; servers differ in names, in how they page and in how they write ids. Answers are compared
after `plain` has removed exactly these differences.
"""

import random
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from benchmarks import rows, rows_large

TENANTS_ASKED = 200
"""Requests rotate over so many tenants, so that no row is hotter than in life."""

FRESH = "@@@@@@@@@@@@@@@@"
"""What whoever sends a request replaces: a key that nobody used before."""

CASES_ASKED = 25  # per tenant, of the question for one case
QUERIES = ("case_list", "customer_activity", "customer_page", "one_case", "portfolio")
LISTS = ("case_list", "customer_activity")


@dataclass(frozen=True)
class Request:
    """One POST: the header that says for whom, and the body."""

    header: tuple[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """As the load script reads it."""
        return "\t".join((*self.header, self.body.decode()))


_CASE = "id ticketNumber title status priority origin createdAt"
_FIGURES = "licensesSold licensesAssigned deploymentPercent"
_INSIGHTS = f"""{_FIGURES} deployment {{ productName {_FIGURES} }}
  usage {{ service workload licensesActive licensesQualified usagePercent }}"""

_LINE = "id name category totalTerms consumed remaining"
_TOTALS = """enterpriseWide { group lines { category unit total consumedInSelection consumed remaining } }
  additionalCases { service count }"""

_GATEWAY = {
    "case_list": f"""query CaseList($first: Int!) {{ cases(view: ALL, first: $first) {{ nodes {{ {_CASE}
      owner {{ id displayName }} customer {{ id name }} entitlement {{ id name totalTerms }} }} }} }}""",
    "customer_activity": """query CustomerActivity { workspaces(first: 5) { nodes { id name
      agreements(first: 5) { nodes { id number program startsOn endsOn
        packages(first: 5) { nodes { id name section endsOn
          entitlements(first: 5) { nodes { id name category totalTerms consumed remaining } } } } } } } } }""",
    "customer_page": f"""query CustomerPage {{ customerActivity(workspaceIds: ["ALL"]) {{
      places: workspaces {{ id name }}
      activeAgreements(first: 10) {{ nodes {{ id number startsOn endsOn
        packages(first: 8) {{ nodes {{ id name section endsOn
          entitlements(first: 5) {{ nodes {{ {_LINE} }} }} }} }} }} }}
      {_TOTALS} }} }}""",
    "one_case": f"query OneCase($id: ID!) {{ case(id: $id) {{ {_CASE} owner {{ id displayName }} }} }}",
    "portfolio": f"""query Portfolio($customer: ID!, $asOf: Date!) {{
      customerInsights(customerTenantId: $customer, asOf: $asOf) {{ {_INSIGHTS} }} }}""",
}

_PLAIN = {
    "case_list": f"""query CaseList($first: Int!) {{ cases(first: $first) {{ {_CASE}
      owner {{ id displayName }} customer {{ id name }} entitlement {{ id name totalTerms }} }} }}""",
    "customer_activity": """query CustomerActivity { workspaces { id name
      agreements { id number program startsOn endsOn packages { id name section endsOn
        entitlements { id name category totalTerms consumed remaining } } } } }""",
    "customer_page": f"""query CustomerPage {{ customerActivity {{ places: workspaces {{ id name }}
      activeAgreements {{ id number startsOn endsOn packages {{ id name section endsOn entitlements {{ {_LINE} }} }} }}
      {_TOTALS} }} }}""",
    "one_case": _GATEWAY["one_case"],
    "portfolio": f"""query Portfolio($customer: ID!, $asOf: Date!) {{
      customerInsights(customer: $customer, asOf: $asOf) {{ {_INSIGHTS} }} }}""",
}

_ROW = _CASE.replace("id ", "id: rowId ", 1)
_PERSON = "owner { id: rowId displayName }"
_CASES = (
    f"{_ROW} {_PERSON} customer: tenantCustomer {{ id: rowId name }}"
    " entitlement: tenantEntitlement { id: rowId name totalTerms }"
)
_PACKAGES = """packages: packagesByTenantIdAndAgreementIdList(orderBy: [STARTS_ON_ASC, ROW_ID_ASC]) {
    id: rowId name section endsOn
    entitlements: entitlementsByTenantIdAndPackageIdList(orderBy: [NAME_ASC, ROW_ID_ASC]) {
      id: rowId name category totalTerms consumed remaining } }"""
_ACTIVITY = f"{{ id: rowId name agreements {{ id: rowId number program startsOn endsOn {_PACKAGES} }} }}"
_PAGE = f"{{ id: rowId number startsOn endsOn {_PACKAGES} }}"

_BY_POLICY = {
    "case_list": "query CaseList($first: Int!) { cases: incidentsList(first: $first,"
    f" orderBy: [CREATED_AT_DESC, ROW_ID_ASC]) {{ {_CASES} }} }}",
    "customer_activity": "query CustomerActivity {"
    f" workspaces: workspacesList(orderBy: [NAME_ASC, ROW_ID_ASC]) {_ACTIVITY} }}",
    "customer_page": "query CustomerPage {"
    " places: workspacesList(orderBy: [NAME_ASC, ROW_ID_ASC]) { id: rowId name }"
    f" activeAgreements: agreementsList(orderBy: [STARTS_ON_ASC, ROW_ID_ASC]) {_PAGE} }}",
    "one_case": "query OneCase($tenant: UUID!, $id: UUID!) {"
    f" case: incident(tenantId: $tenant, rowId: $id) {{ {_ROW} {_PERSON} }} }}",
}

_BY_CONDITION = {
    "case_list": f"query CaseList($first: Int!) {{ cases: myCases(first: $first) {{ {_CASES} }} }}",
    "customer_activity": f"query CustomerActivity {{ workspaces: myWorkspaces {_ACTIVITY} }}",
    "customer_page": "query CustomerPage { places: myWorkspaces { id: rowId name }"
    f" activeAgreements: myAgreements {_PAGE} }}",
    "one_case": f"query OneCase($id: UUID!) {{ case: myCase(id: $id) {{ {_ROW} {_PERSON} }} }}",
}

DOCUMENTS = {
    "gateway": _GATEWAY,
    "plain": _PLAIN,
    "mercurius": {query: document for query, document in _PLAIN.items() if query != "customer_page"},
    "by_policy": _BY_POLICY,
    "by_condition": _BY_CONDITION,
}
"""Dialect -> query -> document; PostGraphile has no words of its own for insights."""

PARTIAL = {("customer_page", "by_policy"), ("customer_page", "by_condition")}
"""Here a server answers the rows, and leaves the totals, which need statements written by hand, to the client."""


def requests(query: str, dialect: str, tenants: int, authorise: Any) -> Iterator[Request]:
    """The requests of one round, the same for everybody. `authorise(noun, number)` gives the gateway's header."""
    if query == "customer_page":
        for large in range(rows_large.LARGE):
            own = "authorization", f"Bearer {authorise('large', large)}"
            header = own if dialect == "gateway" else ("x-tenant", rows.key("large", large))
            yield Request(header, _body(query, dialect, {}))
        return
    chosen = random.Random(7)
    asked = min(tenants, TENANTS_ASKED)
    for tenant in range(0, tenants, tenants // asked):
        for case in chosen.sample(range(rows.CASES), CASES_ASKED if query == "one_case" else 1):
            variables = _variables(query, dialect, tenant, tenant + case * tenants)
            yield Request(_header(query, dialect, tenant, authorise), _body(query, dialect, variables))


def _body(query: str, dialect: str, variables: dict[str, Any]) -> bytes:
    document = DOCUMENTS[dialect][query]
    return orjson.dumps({"operationName": _OPERATIONS[query], "query": document, "variables": variables})


_OPERATIONS = {
    "case_list": "CaseList",
    "customer_activity": "CustomerActivity",
    "customer_page": "CustomerPage",
    "one_case": "OneCase",
    "portfolio": "Portfolio",
}


def _variables(query: str, dialect: str, tenant: int, case: int) -> dict[str, Any]:
    if query == "case_list":
        return {"first": 50}
    if query == "one_case":
        own = {"tenant": rows.key("tenant", tenant)} if dialect == "by_policy" else {}
        return {**own, "id": encoded(dialect, "Case", rows.key("case", case))}
    if query == "portfolio":
        return {"customer": encoded(dialect, "Tenant", rows.key("tenant", tenant)), "asOf": rows.AS_OF}
    return {}


def _header(query: str, dialect: str, tenant: int, authorise: Any) -> tuple[str, str]:
    if dialect != "gateway":
        return "x-tenant", rows.key("tenant", tenant)
    person = ("agent", tenant // rows.CUSTOMERS_OF_A_PARTNER) if query == "portfolio" else ("user", tenant)
    return "authorization", f"Bearer {authorise(*person)}"


def encoded(dialect: str, type_name: str, key: str) -> str:
    """An id as this server wants it: only the gateway's name their type."""
    return b64encode(f"{type_name}:{key}".encode()).decode() if dialect == "gateway" else key


def plain(answer: Any, name: str = "") -> Any:
    """An answer without its server's habits: connections are lists, ids are uuids, moments are numbers."""
    if isinstance(answer, dict):
        if answer.keys() in ({"nodes"}, {"customerActivity"}):
            (inner,) = answer.values()
            return plain(inner, name)
        return {key: plain(value, key) for key, value in answer.items()}
    if isinstance(answer, list):
        found = [plain(value) for value in answer]
        return sorted(found, key=orjson.dumps) if name in _UNORDERED else found
    if name == "id" and len(answer) != len(rows.key("", 0)):
        return b64decode(answer).decode().partition(":")[2]
    return datetime.fromisoformat(answer).timestamp() if name == "createdAt" else answer


_UNORDERED = ("usage", "places", "deployment", "lines", "enterpriseWide", "additionalCases")


def difference(mine: Any, theirs: Any, path: str = "answer") -> str:
    """Where two answers differ first, and how; nothing when they are the same."""
    if isinstance(mine, dict) and isinstance(theirs, dict) and mine.keys() == theirs.keys():
        return next(filter(None, (difference(mine[key], theirs[key], f"{path}.{key}") for key in mine)), "")
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        pairs = enumerate(zip(mine, theirs, strict=True))
        return next(filter(None, (difference(*both, f"{path}[{index}]") for index, both in pairs)), "")
    return "" if mine == theirs else f"{path}: {mine!r:.200} is not {theirs!r:.200}"
