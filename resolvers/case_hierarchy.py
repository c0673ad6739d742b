"""Parents, children and merged cases (2.6, CS-40..43, CS-57; AE-79, AE-80, AE-82, D-18)."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import or_, select

from resolvers.case_holding import Facts, check_editable, customs, family_of, hold, hold_all, kin_of
from resolvers.case_keeping import Edit, keep
from resolvers.case_opening import OpenCase, open_child
from resolvers.loaders import KEYS
from resolvers.once import Answer
from resolvers.refusals import granted, refuse
from resolvers.rules.hierarchy import Kin, adopt, create_child
from resolvers.rules.merging import Merge, merge
from resolvers.rules.refused import Refused
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import NotFound
from tenancy.statements import Reach, Statement
from tenancy.words import CaseState, CaseStatus, RecordType, SupportKind

_MOVES = (RecordType.ACTIVITY, RecordType.NOTE)
"""What goes with a merged case: activities, and the notes that carry its attachments; posts tell its own story."""

_ACTIVITIES = Statement(
    select(t.TimelineEntry.id)
    .where(t.TimelineEntry.incident_id == KEYS, or_(*(t.TimelineEntry.record_type == kind for kind in _MOVES)))
    .order_by(t.TimelineEntry.id),
    reach=Reach.TENANT,
)


async def create_child_case(change: Change, parent_id: str, wanted: OpenCase, kind: SupportKind | None) -> Answer:
    """Open a case below another one, whose title, customer and workspace it takes on."""
    parent = await hold(change, parent_id, field="parent_id")
    kin = (await kin_of(change, [parent]))[parent_id]
    granted(create_child(kin, (await customs(change)).max_children))
    inherited = {name: parent[name] for name in ("title", "customer_id", "workspace_id")}
    support_kind = kind or SupportKind(parent["support_kind"])
    return await open_child(change, replace(wanted, support_kind=support_kind, **inherited), parent_id)


async def add_child_cases(change: Change, parent_id: str, child_ids: Sequence[str]) -> None:
    """Put existing cases below another one; those that are there already stay as they are (CS-42)."""
    held = await hold_all(change, {"parent_id": [parent_id], "child_ids": child_ids})
    kin = await kin_of(change, held.values())
    added = adopt(kin[parent_id], [kin[id] for id in child_ids], (await customs(change)).max_children)
    granted(added)
    moving = () if isinstance(added, Refused) else added
    change.audit("ADD_CHILD_CASES", "Case", parent_id, children=sorted(moving))
    await keep(change, [Edit(held[id], {"parent_id": parent_id}) for id in moving])


async def remove_child_case(change: Change, parent_id: str, child_id: str) -> None:
    """Take a case out from below its parent."""
    held = await hold_all(change, {"parent_id": [parent_id], "child_id": [child_id]})
    child = held[child_id]
    if child["parent_id"] != parent_id:
        raise NotFound(field="child_id")
    check_editable(child)
    change.audit("REMOVE_CHILD_CASE", "Case", parent_id, child=child_id)
    await keep(change, [Edit(child, {"parent_id": None})])


async def merge_cases(change: Change, target_id: str, case_ids: Sequence[str]) -> None:
    """Make one case of several: all or nothing, the survivor keeps its own values (D-18)."""
    _check_size(target_id, case_ids)
    held = await hold_all(change, {"target_id": [target_id], "case_ids": case_ids})
    kin = await kin_of(change, held.values())
    target = held[target_id]
    merging = merge(
        kin[target_id],
        [kin[id] for id in case_ids],
        (await customs(change)).max_children,
        target["status"] == CaseStatus.MERGED,
    )
    if isinstance(merging, Refused):
        raise refuse(merging)
    await _move_activities(change, merging, target)
    closed = {"state": CaseState.CANCELLED, "status": CaseStatus.MERGED, "closed_at": change.now}
    edits = [Edit(held[id], {**closed, "master_id": target_id}) for id in merging.merged_ids]
    edits += [Edit(child, {"parent_id": target_id}) for child in await family_of(change, merging.merged_ids)]
    change.audit("MERGE_CASES", "Case", target_id, merged=sorted(merging.merged_ids))
    await keep(change, [Edit(target, {}), *edits])


def _check_size(target_id: str, case_ids: Sequence[str]) -> None:
    """Too many or too few, before anything is locked; bare cases offend against nothing else."""
    found = merge(Kin(target_id), map(Kin, case_ids), max_children=0)
    if isinstance(found, Refused):
        raise refuse(found)


async def _move_activities(change: Change, merging: Merge, target: Facts) -> None:
    for row in await change.rows(_ACTIVITIES, keys=sorted(merging.merged_ids)):
        await change.alter(t.TimelineEntry, row["id"], {"incident_id": target["id"]})
        change.publish("timeline", row["id"], target["workspace_id"], case=target["id"], change="MOVED")
