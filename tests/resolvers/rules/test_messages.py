"""What a message of a webhook holds, and what its document may ask with (D-30, decision 0015)."""

from collections.abc import Mapping
from typing import Any

import pytest

from resolvers.rules.messages import SUBJECTS, envelope, fitting, listed_once, offered, spoken
from resolvers.rules.refused import Refused
from tenancy.words import WebhookTopic

PORTFOLIO, CUSTOMER, DONE, FAILED = (
    WebhookTopic.PORTFOLIO_LOADED,
    WebhookTopic.CUSTOMER_LOADED,
    WebhookTopic.EXPORT_DONE,
    WebhookTopic.EXPORT_FAILED,
)


def refused(**details: str) -> Refused:
    return Refused("BAD_USER_INPUT", "D-30", "document", details)


@pytest.mark.parametrize(
    ("topic", "name", "subject"),
    [
        (PORTFOLIO, "portfolio.loaded", None),
        (CUSTOMER, "customer.loaded", ("customerTenantId", "Tenant")),
        (DONE, "export.done", ("exportJobId", "ExportJob")),
        (FAILED, "export.failed", ("exportJobId", "ExportJob")),
    ],
)
def test_every_topic_has_its_name_and_offers_the_id_of_what_it_is_about(
    topic: WebhookTopic, name: str, subject: tuple[str, str] | None
) -> None:
    assert spoken(topic) == name
    assert SUBJECTS.get(topic) == subject
    assert offered(topic) == set(subject[:1] if subject else ())


@pytest.mark.parametrize(
    ("variables", "topics", "wrong"),
    [
        ({}, [PORTFOLIO, CUSTOMER], None),
        ({"customerTenantId": True}, [CUSTOMER], None),
        ({"exportJobId": True}, [DONE, FAILED], None),
        ({"customerTenantId": False}, [PORTFOLIO, CUSTOMER], None),
        ({"customerTenantId": False, "exportJobId": False}, [CUSTOMER, DONE], None),
        ({"customerTenantId": True}, [PORTFOLIO, CUSTOMER], "customerTenantId"),
        ({"customerTenantId": False}, [PORTFOLIO], "customerTenantId"),
        ({"customerTenantId": True, "asOf": False}, [CUSTOMER], "asOf"),
        ({"exportJobId": True}, [CUSTOMER, DONE], "exportJobId"),
    ],
)
def test_a_document_asks_with_what_its_topics_offer(
    variables: Mapping[str, bool], topics: list[WebhookTopic], wrong: str | None
) -> None:
    answer = fitting("query", variables, topics)
    assert answer == (None if wrong is None else refused(variable=wrong))


def test_a_variable_that_takes_no_id_is_none_of_ours() -> None:
    taken = fitting("query", {"customerTenantId": True}, [CUSTOMER], idless={"customerTenantId"})
    assert taken == refused(variable="customerTenantId")
    assert fitting("query", {"customerTenantId": True}, [CUSTOMER], idless={"exportJobId"}) is None


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_a_document_only_asks(kind: str) -> None:
    assert fitting(kind, {}, [PORTFOLIO]) == refused(needs="query")


def test_d_30_a_document_of_fields_closed_to_applications_is_refused_by_name() -> None:
    assert fitting("query", {}, [PORTFOLIO], closed=("viewer", "cases")) == refused(closed="cases, viewer")


@pytest.mark.parametrize("topic", WebhookTopic)
@pytest.mark.parametrize("is_test", [False, True])
def test_a_message_says_what_it_is_about_and_whether_it_is_a_test(topic: WebhookTopic, is_test: bool) -> None:
    expected: dict[str, Any] = {
        "id": "m1",
        "type": spoken(topic),
        "timestamp": "2025-06-15T12:00:00Z",
        "sequence": 7,
        "data": {"a": 1},
        **dict.fromkeys(offered(topic), "s1"),
        **({"test": True} if is_test else {}),
    }
    assert envelope("m1", 7, topic, "2025-06-15T12:00:00Z", "s1", is_test, {"a": 1}) == expected


def test_a_webhook_hears_of_something_and_of_nothing_twice() -> None:
    assert listed_once([PORTFOLIO]) is None
    assert listed_once([*WebhookTopic]) is None
    for topics in ([], [PORTFOLIO, PORTFOLIO], [PORTFOLIO, CUSTOMER, PORTFOLIO]):
        assert listed_once(topics) == Refused("BAD_USER_INPUT", "D-30", "topics")
