"""Every way in which a right is taken away, each with how it is given and what it opened (H-8)."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from gateway.demo.people import person
from tests.resolvers.desk import case, document
from tests.talk import identified

W1: Final = identified("Workspace", "contoso/W1")
K20: Final = f'{{ case(id: "{case("K20")}") {{ title }} }}'


class Ask(Protocol):
    """A request of a person, standing in an organisation or at home, and the body of its answer."""

    def __call__(
        self, viewer: str, query: str, variables: Mapping[str, Any] | None = None, tenant: str | None = None
    ) -> Awaitable[dict[str, Any]]: ...


@dataclass(frozen=True)
class Step:
    """A command. `once`: with an idempotency key; `found`: the input that takes the id that a step before `finds`."""

    viewer: str
    mutation: str
    given: Mapping[str, Any]
    once: bool = False
    found: str | None = None
    finds: str = ""
    """Where the answer has the thing whose id is needed, for instance `members.user`."""

    async def done(self, ask: Ask, key: str, id: str) -> str:
        """Do it; the id to go on with."""
        given = dict(self.given) | ({"idempotencyKey": key} if self.once else {})
        if self.found:
            given[self.found] = id
        answer = "planned"
        if self.finds:
            answer = " { ".join([*self.finds.split("."), "id"]) + " }" * len(self.finds.split("."))
        body = await ask(self.viewer, document(self.mutation, answer), {"input": given, "plan": False})
        assert "errors" not in body, (self.mutation, body)
        payload = body["data"][self.mutation]
        assert payload["userErrors"] == [], (self.mutation, payload)
        return _id_at(payload, self.finds) if self.finds else id


def _id_at(payload: Any, place: str) -> str:
    for name in place.split("."):
        payload = payload[name][0] if isinstance(payload[name], list) else payload[name]
    return str(payload["id"])


@dataclass(frozen=True)
class Form:
    """One form of taking away: after `gives` the viewer gets an answer to `sight`, after `takes` it gets none."""

    name: str
    gives: Sequence[Step]
    takes: Sequence[Step]
    viewer: str
    sight: str
    tenant: str | None = None

    async def give(self, ask: Ask, key: str) -> str:
        id = ""
        for step in self.gives:
            id = await step.done(ask, key, id)
        return id

    async def take(self, ask: Ask, key: str, id: str) -> None:
        for step in self.takes:
            id = await step.done(ask, key, id)

    async def seen(self, ask: Ask) -> bool:
        """Whether the next request still sees it; what is refused is refused with an error that fits."""
        body = await ask(self.viewer, self.sight, tenant=self.tenant)
        if "errors" not in body:
            return True
        codes = {error["extensions"]["code"] for error in body["errors"]}
        assert codes <= {"NOT_FOUND", "FORBIDDEN", "ACCOUNT_TYPE_NOT_ALLOWED"}, codes
        return False


def _user(key: str) -> str:
    return identified("User", key)


_ED_READS: Final = {"userId": _user("ed"), "role": "VIEW_ALL_SUPPORT_REQUESTS", "workspaceId": W1}
_ED_SHARES: Final = {"caseId": case("K20"), "userId": _user("ed")}
_G1: Final = identified("SupportGroup", "contoso/G1")
_ZOE: Final = {"oid": person("zoe").oid, "name": "Zoe"}
_LENT: Final = {
    "customerId": identified("Tenant", "contoso"),
    "roles": ["SERVICE_REPRESENTATIVE"],
    "durationDays": 30,
}
_ROBOT: Final = {"oid": person("robot").oid, "name": "Robot"}

FORMS: Final = (
    Form(
        "role",
        [Step("maya", "grantRole", _ED_READS, once=True)],
        [Step("maya", "revokeRole", _ED_READS)],
        "ed",
        K20,
    ),
    Form(
        "membership",
        [Step("maya", "addEntraUsers", {"workspaceId": W1, "users": [_ZOE]}, once=True, finds="members.user")],
        [Step("maya", "removeMember", {"workspaceId": W1}, found="userId")],
        "zoe",
        f'{{ workspace(id: "{W1}") {{ name }} }}',
    ),
    Form(
        "sharing",
        [Step("maya", "shareCase", _ED_SHARES, once=True)],
        [Step("maya", "unshareCase", _ED_SHARES)],
        "ed",
        K20,
    ),
    Form(
        "group membership",
        [Step("maya", "setGroupMembers", {"groupId": _G1, "memberIds": [_user("ann"), _user("sia"), _user("hal")]})],
        [Step("maya", "setGroupMembers", {"groupId": _G1, "memberIds": [_user("sia"), _user("hal")]})],
        "ann",
        K20,
    ),
    Form(
        "delegation end",
        [
            Step("petra", "requestDelegation", _LENT, once=True, finds="relationship"),
            Step("gil", "approveDelegation", {}, found="id"),
        ],
        [Step("gil", "terminateDelegation", {}, found="id")],
        "petra",
        K20,
        identified("Tenant", "contoso"),
    ),
    Form(
        "personal accounts off",
        [Step("gil", "setPersonalAccounts", {"workspaceId": W1, "allowed": True})],
        [Step("gil", "setPersonalAccounts", {"workspaceId": W1, "allowed": False})],
        "pat",
        f'{{ workspace(id: "{W1}") {{ name }} }}',
    ),
    Form(
        "application grant",
        [Step("pam", "grantApplication", _ROBOT, once=True, finds="application")],
        [Step("pam", "revokeApplication", {}, found="applicationId")],
        "robot",
        "{ portfolioInsights(groupBy: SERVICE) { total { licensesSold } } }",
    ),
)
