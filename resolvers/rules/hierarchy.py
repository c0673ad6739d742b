"""Parents and children: one level, and not too many (2.6, CS-41..43, I-12, AE-82)."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.rules.refused import Refused, bad_input
from tenancy.words import CaseState


@dataclass(frozen=True, slots=True)
class Kin:
    """A case in its family: its parent, if any, and how many children it has."""

    id: str
    parent_id: str | None = None
    children: int = 0
    state: CaseState = CaseState.ACTIVE


def create_child(parent: Kin, max_children: int) -> Refused | None:
    """Whether the case may get one more child; it inherits title and customer."""
    return _unfit_parent(parent) or _too_many(parent.children + 1, max_children)


def adopt(parent: Kin, children: Iterable[Kin], max_children: int) -> tuple[str, ...] | Refused:
    """The existing cases that become children, without those that are already (CS-42).

    A child of another parent moves. Refuses when one of them is closed, has children, or is the parent itself.
    """
    added = {child.id: child for child in children if child.parent_id != parent.id}
    refusal = _unfit_parent(parent) or next(filter(None, (_unfit_child(parent, one) for one in added.values())), None)
    return refusal or _too_many(parent.children + len(added), max_children) or tuple(added)


def _unfit_parent(parent: Kin) -> Refused | None:
    if parent.state is not CaseState.ACTIVE:
        return Refused("CASE_NOT_ACTIVE", "D-15", "parent_id")
    return None if parent.parent_id is None else Refused("CHILD_OF_CHILD", "I-12", "parent_id")


def _unfit_child(parent: Kin, child: Kin) -> Refused | None:
    if child.id == parent.id:
        return bad_input("I-12", "child_ids")
    if child.state is not CaseState.ACTIVE:
        return Refused("CASE_NOT_ACTIVE", "D-15", "child_ids")
    return Refused("PARENT_AS_CHILD", "I-12", "child_ids") if child.children else None


def _too_many(children: int, most: int) -> Refused | None:
    return Refused("CHILD_LIMIT", "I-12", "parent_id", {"limit": most}) if children > most else None
