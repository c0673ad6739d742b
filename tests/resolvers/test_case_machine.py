"""Random desks, step by step through the API: what must hold holds after every step (I-1..I-20, C-03), and every step
that was planned first did what its plan had told. `make long` runs many of them for long."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.demo import ids as names
from resolvers import ids
from tenancy.embedded import Cluster
from tests.resolvers.desk import customer, entitlement, said
from tests.resolvers.house_rules import NO_KEY, HouseRules
from tests.resolvers.invariants import wrong_charges

TERMS = ("creation", "second", "resolution", "hours", "single", "open", "gold", "channel")
FIRST = ("creation", "resolution", "hours")
MOST = 6
"""Cases that every desk begins with, by their terms, and how many it opens."""

DESKS = int(os.environ.get("DESKS", "12"))
LONG = DESKS > 12

ORIGINS = (None, "PHONE", "WEB", "EMAIL")
TAKEN = {"FORBIDDEN", "NOT_FOUND", "INTERNAL", "UNAVAILABLE"}
"""Codes that no step of a manager within the own organisation may get."""

entitlements = st.sampled_from([*(entitlement(f"terms-{name}") for name in TERMS), None])
patches = st.one_of(
    st.fixed_dictionaries({"origin": st.sampled_from(ORIGINS)}),
    st.fixed_dictionaries({"status": st.sampled_from(["IN_PROGRESS", "ON_HOLD", "WAITING_FOR_DETAILS"])}),
    st.fixed_dictionaries({"classification": st.sampled_from([None, "SU"])}),
    st.fixed_dictionaries({"customerId": st.sampled_from([customer("tostado"), customer("northwind")])}),
    st.fixed_dictionaries({"contactId": st.sampled_from([None, customer("c-tom")])}),
    st.fixed_dictionaries({"firstResponseSent": st.booleans(), "priority": st.sampled_from(["HIGH", "LOW"])}),
    st.fixed_dictionaries({"slaId": st.sampled_from([None, ids.encode("Sla", names.of("contoso/S2"))])}),
)


class Desk(HouseRules):
    """One manager at work, and everybody else around."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.excused: set[str] = set()
        self.opened: list[str] = []

    def do(self, mutation: str, **given: Any) -> str | None:
        """Plan it, do it, compare; the id of the case when it was done."""
        if mutation not in NO_KEY:
            given["idempotencyKey"] = str(next(self.keys))
        self.now += timedelta(seconds=1)
        answer = "case { id state entitlement { remaining } slaInstances { kpi status failureTime } }"
        told: dict[str, Any] = {"at": self.now, "answer": answer}
        planned = self.run(said(self.world, "mo", mutation, given, plan=True, **told))
        done = self.run(said(self.world, "mo", mutation, given, **told))
        if "errors" in done:
            assert not TAKEN & {error["extensions"]["code"] for error in done["errors"]}, done
            assert planned == done
            return None
        before, after = planned["data"][mutation], done["data"][mutation]
        case = after["case"]
        if mutation.startswith("create") and case is not None:
            before["case"]["id"] = case["id"]
        assert before == {**after, "planned": True}
        return None if case is None else str(case["id"])

    @initialize(closing=st.sampled_from(["INDEPENDENT", "CASCADE", "RESTRICT"]), switch=st.booleans())
    def customs(self, closing: str, switch: bool) -> None:
        self.run(
            self.connection.execute(
                "update app.tenant set child_closing = $1, auto_entitlement_on_create = $2,"
                " auto_entitlement_on_update = $2, recalculate_sla = $2, max_children = 2 where id = $3",
                closing,
                switch,
                names.of("contoso"),
            )
        )

    @initialize(target=cases)
    def open_some(self) -> Any:
        """A few cases from the start: few enough that much happens to each of them."""
        return multiple(*(self.open(entitlement(f"terms-{name}"), None, False) for name in FIRST))

    @precondition(lambda self: len(self.opened) < MOST)
    @rule(target=cases, terms=entitlements, origin=st.sampled_from(ORIGINS), free=st.booleans())
    def open(self, terms: str | None, origin: str | None, free: bool) -> Any:
        given = {"title": "A case", "supportKind": "PROBLEM_RESOLUTION", "customerId": customer("tostado")}
        found = self.do("createCase", **given, entitlementId=terms, origin=origin, decrementTerms=not free)
        return self._known(found)

    @precondition(lambda self: len(self.opened) < MOST)
    @rule(target=cases, parent=cases, terms=entitlements)
    def open_child(self, parent: str, terms: str | None) -> Any:
        return self._known(self.do("createChildCase", parentId=parent, entitlementId=terms))

    def _known(self, found: str | None) -> Any:
        if found is None:
            return multiple()
        self.opened.append(ids.of("Case", found))
        return found

    @rule(case=cases, terms=entitlements)
    def apply(self, case: str, terms: str | None) -> None:
        self.do("applyEntitlement", caseId=case, entitlementId=terms)

    @rule(case=cases, patch=patches)
    def update(self, case: str, patch: dict[str, Any]) -> None:
        self.do("updateCase", caseId=case, version=self._of(case)["version"], patch=patch)

    @rule(case=cases, decrement=st.booleans())
    def exempt(self, case: str, decrement: bool) -> None:
        was = self._of(case)["decrement_terms"]
        if self.do("setDecrement", caseId=case, decrement=decrement) and decrement and not was:
            self.excused.add(ids.of("Case", case))

    @rule(case=cases, minutes=st.sampled_from([None, 0, 30, 50]), sure=st.booleans())
    def resolve(self, case: str, minutes: int | None, sure: bool) -> None:
        given = {"type": "PROBLEM_SOLVED", "text": "Done.", "cancelOpenActivities": sure}
        self.do("resolveCase", caseId=case, billableMinutes=minutes, **given)

    @rule(case=cases, and_back=st.booleans())
    def cancel(self, case: str, and_back: bool) -> None:
        self.do("cancelCase", caseId=case)
        if and_back:
            self.holds()
            self.reactivate(case)

    @rule(case=cases)
    def reactivate(self, case: str) -> None:
        self.do("reactivateCase", caseId=case)

    @rule(target_case=cases, others=st.lists(cases, min_size=1, max_size=3))
    def merge(self, target_case: str, others: list[str]) -> None:
        self.do("mergeCases", targetId=target_case, caseIds=others)

    @rule(parent=cases, child=cases)
    def adopt(self, parent: str, child: str) -> None:
        self.do("addChildCases", parentId=parent, childIds=[child])

    @rule(case=cases, kind=st.sampled_from(["TASK", "EMAIL"]), is_open=st.booleans())
    def write(self, case: str, kind: str, is_open: bool) -> None:
        given = {"recordType": "ACTIVITY", "activityType": kind, "subject": "Look", "durationMinutes": 20}
        self.do("addTimelineEntry", caseId=case, state="OPEN" if is_open else "COMPLETED", **given)

    @rule(case=cases, direction=st.sampled_from(["NEXT", "PREVIOUS"]))
    def move(self, case: str, direction: str) -> None:
        self.do("moveStage", caseId=case, direction=direction)

    def _of(self, case: str) -> Any:
        return self.run(self.connection.fetchrow("select * from app.incident where id = $1", ids.of("Case", case)))

    @invariant()
    def charges(self) -> None:
        assert self.run(wrong_charges(self.connection, self.opened, self.excused)) == []


@pytest.fixture
def desk(cluster: Cluster, world_template: str, tmp_path: Path) -> type[Desk]:
    Desk.cluster, Desk.template, Desk.folder = cluster, world_template, tmp_path
    return Desk


@pytest.mark.timeout(7200 if LONG else 300)
def test_invariants_hold_after_every_step_of_random_desks(desk: type[Desk]) -> None:
    steps = settings(
        max_examples=DESKS,
        stateful_step_count=100 if LONG else 30,
        deadline=None,
        derandomize=not LONG,
        database=None,
        # Every step costs a database's time: a failing desk is told as it was found, not made smaller first.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(desk, settings=steps)
