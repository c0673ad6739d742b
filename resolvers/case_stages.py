"""The process of a case: a bar of stages that resolves nothing (CS-52, AE-77)."""

from resolvers.case_holding import Facts, check_editable, hold
from resolvers.case_keeping import Edit, keep
from resolvers.refusals import refuse
from resolvers.rules.refused import Refused
from resolvers.rules.stages import Direction, Progress, abandon, move
from tenancy.changes import Change
from tenancy.words import ProcessStatus, Stage


async def move_stage(change: Change, case_id: str, direction: Direction, version: int | None) -> None:
    """One stage forward or back; after the last one the process is finished, and the case still active."""
    case = await _held(change, case_id, version)
    await _progress(change, case, move(_where(case), direction), "MOVE_STAGE")


async def abandon_process(change: Change, case_id: str, version: int | None) -> None:
    """Give the process up at the stage where it is."""
    case = await _held(change, case_id, version)
    await _progress(change, case, abandon(_where(case)), "ABANDON_PROCESS")


async def _held(change: Change, case_id: str, version: int | None) -> Facts:
    case = await hold(change, case_id)
    check_editable(case, version)
    return case


def _where(case: Facts) -> Progress:
    return Progress(Stage(case["stage"]), ProcessStatus(case["process_status"]))


async def _progress(change: Change, case: Facts, progress: Progress | Refused, act: str) -> None:
    if isinstance(progress, Refused):
        raise refuse(progress)
    change.audit(act, "Case", case["id"], stage=progress.stage, status=progress.status)
    await keep(change, [Edit(case, {"stage": progress.stage, "process_status": progress.status})])
