from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.decrement import Balance, Claimant, cost, due, settle
from tenancy.words import CaseState, Classification, Origin
from tests.resolvers.rules.one_case import CREATION, RESOLUTION, Ledger, cases, hours

_STEPS = st.one_of(
    st.fixed_dictionaries({"to": st.sampled_from(["C", "R", "H", "W"])}),
    st.just({"entitlement": None}),
    st.fixed_dictionaries({"state": st.sampled_from(CaseState)}),
    st.fixed_dictionaries({"decrement_terms": st.booleans()}),
    st.fixed_dictionaries({"classification": st.sampled_from([None, None, Classification.X85])}),
    st.fixed_dictionaries({"origin": st.sampled_from([None, Origin.WEB, Origin.PHONE, Origin.EMAIL])}),
)


@given(st.lists(_STEPS, max_size=25), st.integers(0, 10**6), st.booleans())
def test_i_8_to_i_10_terms_are_conserved_on_every_path(
    steps: list[dict[str, object]], minutes: int, restricted: bool
) -> None:
    channels = {Origin.WEB: Balance(Decimal(1)), Origin.PHONE: Balance(Decimal(0))}
    creation = cases(CREATION, total=1, id="C", restricted=restricted)
    ledger = Ledger(
        creation,
        cases(RESOLUTION, total=1, id="R", restricted=restricted),
        replace(hours(1), id="H", restricted=restricted),
        replace(creation, id="W", channels=channels),
    )
    ledger.change(billable_minutes=minutes)
    waived = False
    for step in steps:
        before, refused = ledger.case, ledger.change(**step)  # type: ignore[arg-type]  # see _STEPS
        case = ledger.case
        assert before is not None
        assert case is not None
        if refused is not None:
            assert case == before
            continue
        assert settle(case, case, ledger.open.values()) == ()
        waived = _waived(waived, before, case)
        held = case.entitlement.id if case.entitlement else None
        for entitlement in "CRHW":
            owed = cost(case) if entitlement == held and due(case) and not waived else Decimal(0)
            assert ledger.used(entitlement) == owed
            if entitlement != "H":
                assert restricted <= (ledger.used(entitlement) <= 1)
        for origin, balance in channels.items():
            concerned_ = held == "W" and case.origin is origin and due(case) and not waived
            assert ledger.used("W", origin) == int(concerned_)
            assert balance.total is not None
            assert restricted <= (ledger.used("W", origin) <= balance.total)


def _waived(waived: bool, before: Claimant, case: Claimant) -> bool:
    """The sole exception of I-10: an exemption taken back, until an event of its own charges the case."""
    if case.entitlement is None or case.entitlement.decrease_on is RESOLUTION:
        return False
    fresh = before.entitlement is None or before.entitlement.id != case.entitlement.id
    if fresh or before.state is CaseState.CANCELLED or before.classification is not None:
        return waived and not due(case)
    return waived or (not before.decrement_terms and case.decrement_terms)
