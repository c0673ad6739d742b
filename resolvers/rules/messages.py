"""What a message of a webhook holds, and what its document may ask with."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final

from resolvers.rules.refused import Refused
from tenancy.words import EXPORT_TOPICS, WebhookTopic

SUBJECTS: Final[Mapping[WebhookTopic, tuple[str, str]]] = {
    WebhookTopic.CUSTOMER_LOADED: ("customerTenantId", "Tenant"),
    **dict.fromkeys(EXPORT_TOPICS, ("exportJobId", "ExportJob")),
}
"""Topic -> the name that its subject has, in messages and as a variable, and the type of the global id."""

_RULE: Final = "D-30"


def offered(topic: WebhookTopic) -> frozenset[str]:
    """The variables that a document has for this topic."""
    named = SUBJECTS.get(topic)
    return frozenset() if named is None else frozenset({named[0]})


def fitting(
    kind: str,
    variables: Mapping[str, bool],
    topics: Iterable[WebhookTopic],
    *,
    idless: Container[str] = (),
    closed: Iterable[str] = (),
) -> Refused | None:
    """Whether a document serves these topics: a query, whose variables (each with whether it must be given) there are,
    and of whose root fields none is `closed` to applications: its messages would all be dropped.

    Every variable is an id, which none of the `idless` takes. One that need not be given is null for a topic that does
    not have it."""
    if kind != "query":
        return Refused("BAD_USER_INPUT", _RULE, "document", {"needs": "query"})
    if shut := sorted(closed):
        return Refused("BAD_USER_INPUT", _RULE, "document", {"closed": ", ".join(shut)})
    everywhere = [offered(topic) for topic in topics]
    for name, needed in variables.items():
        having = [names for names in everywhere if name in names]
        if name in idless or not having or (needed and len(having) < len(everywhere)):
            return Refused("BAD_USER_INPUT", _RULE, "document", {"variable": name})
    return None


def spoken(topic: WebhookTopic) -> str:
    """A topic as messages spell it: `customer.loaded`."""
    return topic.lower().replace("_", ".")


def envelope(
    id: str, sequence: int, topic: WebhookTopic, occurred_at: str, subject: str | None, is_test: bool, data: Any
) -> dict[str, Any]:
    """The body of a message, before it is written; `id` and `subject` are global ids."""
    named = SUBJECTS.get(topic)
    return {
        "id": id,
        "type": spoken(topic),
        "timestamp": occurred_at,
        "sequence": sequence,
        **({named[0]: subject} if named else {}),
        **({"test": True} if is_test else {}),
        "data": data,
    }


def listed_once(topics: Sequence[WebhookTopic]) -> Refused | None:
    """A webhook hears of something, and of nothing twice."""
    if not topics or len(set(topics)) < len(topics):
        return Refused("BAD_USER_INPUT", _RULE, "topics")
    return None
