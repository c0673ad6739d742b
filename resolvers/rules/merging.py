"""Several cases become one (2.6, CS-57, D-18, AE-79, AE-80, AE-82)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from resolvers.rules.hierarchy import Kin
from resolvers.rules.refused import Refused
from tenancy.words import CaseState

FEWEST: Final = 2
MOST: Final = 10
"""How many cases one merge takes, the survivor included (D-18)."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The survivor, and the cases that are cancelled as MERGED and give it their children and activities.

    The survivor keeps all of its own values; each merged case then settles its entitlement as a cancelled one.
    """

    target_id: str
    merged_ids: tuple[str, ...]


def merge(target: Kin, cases: Iterable[Kin], max_children: int, target_is_merged: bool = False) -> Merge | Refused:
    """Whether the cases may be merged into `target`; it may be listed among them or not, and counts once.

    All are active and have the same parent or none; all or nothing. `target_is_merged`: the target was itself
    merged into another case, and cannot be the one that stays.
    """
    everyone = {target.id: target} | {case.id: case for case in cases}
    if not FEWEST <= len(everyone) <= MOST:
        return Refused("MERGE_SIZE", "D-18", "case_ids", {"cases": len(everyone), "limit": MOST})
    if target_is_merged:
        return Refused("MERGE_TARGET", "CS-57", "target_id")
    if any(case.state is not CaseState.ACTIVE for case in everyone.values()):
        return Refused("CASE_NOT_ACTIVE", "AE-79", "case_ids")
    if any(case.parent_id != target.parent_id for case in everyone.values()):
        return Refused("MERGE_DIFFERENT_PARENTS", "AE-80", "case_ids")
    return _overcrowded(target, everyone, max_children) or Merge(
        target.id, tuple(key for key in everyone if key != target.id)
    )


def _overcrowded(target: Kin, everyone: dict[str, Kin], most: int) -> Refused | None:
    children = sum(case.children for case in everyone.values())
    if children and target.parent_id is not None:
        return Refused("CHILD_OF_CHILD", "I-12", "target_id")
    return Refused("CHILD_LIMIT", "AE-82", "target_id", {"limit": most}) if children > most else None
