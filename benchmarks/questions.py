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

from benchmarks import rows

TENANTS_ASKED = 200
"""Requests rotate over so many tenants, so that no row is hotter than in life."""

CASES_ASKED = 25  # per tenant, of the question for one case
QUERIES = ("case_list", "customer_activity", "one_case", "portfolio")
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

_GATEWAY = {
    "case_list": f"""query CaseList($first: Int!) {{ cases(view: ALL, first: $first) {{ nodes {{ {_CASE}
      owner {{ id displayName }} customer {{ id name }} entitlement {{ id name totalTerms }} }} }} }}""",
    "customer_activity": """query CustomerActivity { workspaces(first: 5) { nodes { id name
      agreements(first: 5) { nodes { id number program startsOn endsOn
        packages(first: 5) { nodes { id name section endsOn
          entitlements(first: 5) { nodes { id name category totalTerms consumed remaining } } } } } } } } }""",
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
_ACTIVITY = """{ id: rowId name agreements { id: rowId number program startsOn endsOn
  packages: packagesByTenantIdAndAgreementIdList(orderBy: [STARTS_ON_ASC, ROW_ID_ASC]) { id: rowId name section endsOn
    entitlements: entitlementsByTenantIdAndPackageIdList(orderBy: [NAME_ASC, ROW_ID_ASC]) {
      id: rowId name category totalTerms consumed remaining } } } }"""

_BY_POLICY = {
    "case_list": "query CaseList($first: Int!) { cases: incidentsList(first: $first,"
    f" orderBy: [CREATED_AT_DESC, ROW_ID_ASC]) {{ {_CASES} }} }}",
    "customer_activity": "query CustomerActivity {"
    f" workspaces: workspacesList(orderBy: [NAME_ASC, ROW_ID_ASC]) {_ACTIVITY} }}",
    "one_case": "query OneCase($tenant: UUID!, $id: UUID!) {"
    f" case: incident(tenantId: $tenant, rowId: $id) {{ {_ROW} {_PERSON} }} }}",
}

_BY_CONDITION = {
    "case_list": f"query CaseList($first: Int!) {{ cases: myCases(first: $first) {{ {_CASES} }} }}",
    "customer_activity": f"query CustomerActivity {{ workspaces: myWorkspaces {_ACTIVITY} }}",
    "one_case": f"query OneCase($id: UUID!) {{ case: myCase(id: $id) {{ {_ROW} {_PERSON} }} }}",
}

DOCUMENTS = {
    "gateway": _GATEWAY,
    "plain": _PLAIN,
    "by_policy": _BY_POLICY,
    "by_condition": _BY_CONDITION,
}
"""Dialect -> query -> document; PostGraphile has no words of its own for insights."""


def requests(query: str, dialect: str, tenants: int, authorise: Any) -> Iterator[Request]:
    """The requests of one round, the same for everybody. `authorise(noun, number)` gives the gateway's header."""
    chosen = random.Random(7)
    asked = min(tenants, TENANTS_ASKED)
    for tenant in range(0, tenants, tenants // asked):
        for case in chosen.sample(range(rows.CASES), CASES_ASKED if query == "one_case" else 1):
            variables = _variables(query, dialect, tenant, tenant + case * tenants)
            body = {"operationName": _OPERATIONS[query], "query": DOCUMENTS[dialect][query], "variables": variables}
            yield Request(_header(query, dialect, tenant, authorise), orjson.dumps(body))


_OPERATIONS = {
    "case_list": "CaseList",
    "customer_activity": "CustomerActivity",
    "one_case": "OneCase",
    "portfolio": "Portfolio",
}


def _variables(query: str, dialect: str, tenant: int, case: int) -> dict[str, Any]:
    encode = _global if dialect == "gateway" else lambda _, key: key
    if query == "case_list":
        return {"first": 50}
    if query == "one_case":
        own = {"tenant": rows.key("tenant", tenant)} if dialect == "by_policy" else {}
        return {**own, "id": encode("Case", rows.key("case", case))}
    if query == "portfolio":
        return {"customer": encode("Tenant", rows.key("tenant", tenant)), "asOf": rows.AS_OF}
    return {}


def _header(query: str, dialect: str, tenant: int, authorise: Any) -> tuple[str, str]:
    if dialect != "gateway":
        return "x-tenant", rows.key("tenant", tenant)
    person = ("agent", tenant // rows.CUSTOMERS_OF_A_PARTNER) if query == "portfolio" else ("user", tenant)
    return "authorization", f"Bearer {authorise(*person)}"


def _global(type_name: str, key: str) -> str:
    return b64encode(f"{type_name}:{key}".encode()).decode()


def plain(answer: Any, name: str = "") -> Any:
    """An answer without its server's habits: connections are lists, ids are uuids, moments are numbers."""
    if isinstance(answer, dict):
        if answer.keys() == {"nodes"}:
            return plain(answer["nodes"])
        return {key: plain(value, key) for key, value in answer.items()}
    if isinstance(answer, list):
        found = [plain(value) for value in answer]
        return sorted(found, key=orjson.dumps) if name in _UNORDERED else found
    if name == "id" and len(answer) != len(rows.key("", 0)):
        return b64decode(answer).decode().partition(":")[2]
    return datetime.fromisoformat(answer).timestamp() if name == "createdAt" else answer


_UNORDERED = ("usage", "deployment")
