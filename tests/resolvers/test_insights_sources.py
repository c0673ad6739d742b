"""The rows behind a customer's insights add up to its figures, whatever was bought and used."""

from collections.abc import Sequence
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from resolvers.insights_sources import Sources
from resolvers.rules import licence_usage as rules
from tenancy.scope import Scope
from tenancy.words import ServiceCode, SubscriptionState, Workload

NOWHERE = cast("Scope", None)
"""What is summed here was read before."""

_BOUGHT = st.lists(
    st.tuples(
        st.sampled_from(rules.COVERED_SERVICES),
        st.sampled_from(("E3", "E5", "Sales")),
        st.sampled_from(SubscriptionState),
        st.booleans(),
        st.booleans(),
        st.integers(0, 500),
        st.integers(0, 500),
        st.dictionaries(st.sampled_from(Workload).map(rules.reported_workload), st.integers(1, 90), max_size=4),
    ),
    max_size=12,
)


def sources(bought: Sequence[Any]) -> Sources:
    pairs, active = [], []
    for number, (service, product, state, trial, superseded, sold, assigned, used) in enumerate(bought):
        id = str(number)
        row = {"id": id, "service_code": service.value, "product_id": product, "product_name": product}
        pairs.append((row, rules.Subscription(id, state, trial, superseded, sold, assigned)))
        active += [rules.Active(id, workload, users) for workload, users in used.items()]
    return Sources(NOWHERE, pairs, active)


@given(_BOUGHT)
def test_licences_that_count_add_up_to_the_deployment(bought: Sequence[Any]) -> None:
    """PC-16, PC-18, PC-23: the others are shown, and add nothing"""
    asked = sources(bought)
    counted = [row for row in asked.licenses if row.standing is rules.LicenseStanding.COUNTED]
    total = rules.deployment(one for _, one in asked.bought)
    assert sum(row.licenses_sold for row in counted) == total.sold
    assert sum(row.licenses_assigned for row in counted) == total.assigned
    assert sum(row.licenses_sold for row in asked.licenses) == sum(one.sold for _, one in asked.bought)


@given(_BOUGHT)
def test_use_of_any_standing_adds_up_to_the_usage(bought: Sequence[Any]) -> None:
    """PC-19, D-7"""
    asked = sources(bought)
    for service in ServiceCode:
        mine = [one for row, one in asked.bought if row["service_code"] == service.value]
        for line in rules.usage(mine, asked.active):
            behind = [row for row in asked.use if (row.service, row.workload) == (service, line.workload)]
            assert sum(row.licenses_active for row in behind) == line.active


@given(_BOUGHT)
def test_a_product_has_one_row_for_each_standing_and_no_more(bought: Sequence[Any]) -> None:
    """D-26: what one seller sold is not told apart from what another did"""
    asked = sources(bought)
    licences = [(row.service, row.product_id, row.standing) for row in asked.licenses]
    use = [(row.service, row.workload, row.standing) for row in asked.use]
    assert (len(licences), len(use)) == (len(set(licences)), len(set(use)))
