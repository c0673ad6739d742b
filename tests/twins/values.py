"""Random values: ids that the viewer may see and ids that it may not, words of hidden rows, days, numbers.

An id fits its argument more often than not; otherwise it is hidden, foreign, of another type, absent, or nonsense.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, get_named_type

from resolvers.ids import encode
from tests.twins.contract import is_required, opened
from tests.world import TODAY

BY_NAME: Final[Mapping[str, str]] = {
    "workspaceId": "Workspace", "workspaceIds": "Workspace", "agreementId": "Agreement", "agreementIds": "Agreement",
    "packageId": "Package", "packageIds": "Package", "entitlementId": "Entitlement", "caseId": "Case",
    "caseIds": "Case", "parentId": "Case", "childId": "Case", "childIds": "Case", "targetId": "Case",
    "customerId": "Customer", "contactId": "Customer", "accountId": "Customer", "subjectId": "Subject",
    "productId": "Product", "slaId": "Sla", "ownerId": "User", "userId": "User", "memberIds": "User",
    "primaryContactId": "User", "groupId": "SupportGroup", "articleId": "KnowledgeArticle",
    "activityId": "TimelineEntry", "consumptionId": "Consumption", "customerTenantId": "Tenant",
    "customerTenantIds": "Tenant", "webhookId": "Webhook", "applicationId": "User",
}  # fmt: skip
BY_FIELD: Final[Mapping[tuple[str, str], str]] = {
    ("requestDelegation", "customerId"): "Tenant",
    ("approveDelegation", "id"): "PartnerRelationship",
    ("terminateDelegation", "id"): "PartnerRelationship",
    ("createSubject", "parentId"): "Subject",
    ("createProduct", "parentId"): "Product",
    ("resendInvitation", "id"): "Invitation",
    ("revokeInvitation", "id"): "Invitation",
    ("updateWebhook", "id"): "Webhook",
    ("rotateWebhookSecret", "id"): "Webhook",
    ("deleteWebhook", "id"): "Webhook",
    ("redeliver", "ids"): "WebhookDelivery",
}
_MADE: Final[Mapping[str, str]] = {"createGroup": "SupportGroup", "inviteUsers": "Invitation"}
SMALL: Final = (0, 1, 2, 3, 30, 365)


@dataclass
class Pool:
    """What values are drawn from: global ids by type, and words. `close` are those hidden ids that are of the person's
    own tenants, `names` the keys of hidden rows by type and column."""

    seen: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, list[str]] = field(default_factory=dict)
    close: dict[str, list[str]] = field(default_factory=dict)
    names: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=lambda: ["a"])
    cursors: list[str] = field(default_factory=list)

    def meet(self, type_name: str, id: str) -> None:
        """Remember an id that an answer told."""
        known = self.seen.setdefault(type_name, [])
        if id not in known and len(known) < 200:
            known.append(id)


DEEPEST: Final = 3
"""Inputs that hold themselves end here, unless they are aimed at."""


class Values:
    """Draws values for arguments."""

    def __init__(self, random: Random, pool: Pool, *, keen: bool = False) -> None:
        """`keen`: rather what is hidden, and long pages."""
        self.random, self.pool, self.keen = random, pool, keen
        self.wanted: str | None = None
        """The type that the next id should be of, where its argument's name does not tell."""
        self._keys = 0
        self._field = ""

    def argument(self, owner: str, field_name: str, name: str, definition: Any, aim: str) -> tuple[Any, list[str]]:
        """A value, and the places of the argument that it speaks about."""
        self._field, self._aim = field_name, aim
        said: list[str] = [name]
        if owner == "Mutation" and name == "plan":
            return self.random.random() < 0.4, said
        value = self._value(definition.type, name, name, said)
        return value, said

    def cursor(self) -> str | None:
        """Mostly none; now and then one of another list."""
        return self.random.choice(self.pool.cursors) if self.pool.cursors and self.random.random() < 0.1 else None

    def _value(self, type_: Any, name: str, place: str, said: list[str]) -> Any:
        inner, named = opened(type_), get_named_type(type_)
        if isinstance(inner, GraphQLList):
            several = range(self.random.choice((1, 1, 2, 3)))
            return [self._value(inner.of_type, name, place, []) for _ in several]
        if isinstance(named, GraphQLInputObjectType):
            return dict(self._members(named, place, said))
        if isinstance(named, GraphQLEnumType):
            return self.random.choice(list(named.values))
        return self._scalar(named.name, name)

    def _members(self, type_: GraphQLInputObjectType, place: str, said: list[str]) -> Iterator[tuple[str, Any]]:
        likely = self.random.choice((0.1, 0.3, 0.6))
        for name, definition in type_.fields.items():
            here = f"{place}.{name}"
            wanted = self._aim == here or self._aim.startswith(f"{here}.")
            deep = place.count(".") >= DEEPEST
            if wanted or is_required(definition) or (not deep and self.random.random() < likely):
                said.append(here)
                yield name, self._value(definition.type, name, here, said)

    def _scalar(self, kind: str, name: str) -> Any:
        match kind:
            case "ID":
                return self._id(name)
            case "Boolean":
                return self.random.random() < 0.5
            case "Int":
                return self._number(name)
            case "Float":
                return 1.5
            case "Date":
                return str(self._day())
            case "DateTime":
                return f"{self._day()}T{self.random.randrange(24):02}:00:00Z"
            case "Decimal":
                return self.random.choice(("1.00", "0.25", "-2.50", "40.00"))
            case _:
                return self._text(name)

    def _number(self, name: str) -> int:
        if name == "first":
            if self.keen and self.random.random() < 0.7:
                return self.random.choice((1, 2, 25, 50))
            return self.random.choice((1, 1, 2, 2, 3, 4, 0) if self.random.random() < 0.3 else (1, 2, 3))
        return self.random.choice((1, 1, 2) if name == "version" else SMALL)

    def _day(self) -> Any:
        return TODAY + timedelta(days=self.random.randint(-400, 200))

    def _text(self, name: str) -> str:
        if name == "idempotencyKey":
            self._keys += self.random.random() < 0.9
            return f"key {self._keys}"
        taken = self.pool.names.get((self._made(), name), [])
        if taken and self.random.random() < (0.7 if self.keen else 0.3):
            return self.random.choice(taken)
        word = self.random.choice(self.pool.words)
        if name in ("emails", "email", "administrator"):
            return word if "@" in word else f"{word.split()[0].lower()}{self.random.randrange(40)}@contoso.com"
        if name in ("search", "name", "number", "title"):
            cut = self.random.choice((3, 6, len(word)))
            return word[:cut] if name == "search" else word
        return word

    def _id(self, name: str) -> str:
        chance = self.random.random()
        kind = self.wanted or self.kind(name)
        if chance < 0.06:
            return self.random.choice(("ALL", "nonsense", encode(kind, str(UUID(int=self.random.getrandbits(128))))))
        if chance < 0.12:
            kind = self.random.choice(list(self.pool.seen) or [kind])
        first, second = self.pool.seen.get(kind, []), self.pool.hidden.get(kind, [])
        if self.keen and self.random.random() < 0.7:
            second = self.pool.close.get(kind, second)
        if not first or (second and chance > (0.4 if self.keen else 0.78)):
            first = second
        return self.random.choice(first) if first else encode(kind, str(UUID(int=7)))

    def _made(self) -> str:
        """The type of what the field makes, if it makes something."""
        return _MADE.get(self._field, self._field.removeprefix("create"))

    def kind(self, name: str) -> str:
        """What an argument of this name wants an id of."""
        told = BY_FIELD.get((self._field, name)) or BY_NAME.get(name)
        if told:
            return told
        root = self._field[:1].upper() + self._field[1:]
        kinds = sorted({*self.pool.seen, *self.pool.hidden} or {"Case"})
        return root if root in kinds else self.random.choice(kinds)
