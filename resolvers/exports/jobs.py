"""Exports as jobs: asked for in one request, written behind the requests, fetched in another (PC-13, CA-4, E-03..E-11).

`file_of` decides who may have a file, when it is started, read and fetched; a job is its starter's alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, select

from resolvers.commands import Payload
from resolvers.context import Context, House
from resolvers.exports.asked import Narrowed, file_of, settled
from resolvers.exports.reach import still_reaches
from resolvers.loaders import KEYS
from resolvers.once import Answer, once
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.errors import AccountTypeNotAllowed, BadInput, BusinessRefusal, NotFound, RateLimited
from tenancy.export_queue import Taken, unfinished
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.words import UNFINISHED_EXPORTS, ExportFormat, ExportKind, ExportState

AT_ONCE: Final = 2
"""Files under way for one tenant at the same time (E-11)."""

TURN: Final = "export"
"""The line in which all writers of a tenant's files stand, in whichever process."""

RETRY_SECONDS: Final = 10
"""When whoever found all places taken should ask again."""

LIFETIME: Final = timedelta(hours=72)
"""How long a finished file can be fetched."""

_J = t.ExportJob

JOBS = Listing(
    "exportJobs",
    _J,
    {"state": _J.state == bindparam("state", type_=_J.state.type)},
    Order("newest", (("created_at", True),)),
)

_LOCK = Statement(select(_J.id, _J.state, _J.attempt).where(_J.id == KEYS).with_for_update())
_FILE = Statement(
    select(_J.id, _J.kind, _J.format, _J.filter, _J.state, _J.file_name, _J.expires_at, _J.manifest, _J.reach).where(
        _J.id == KEYS
    )
)


@dataclass(frozen=True)
class ExportChanged(Payload):
    """The job."""

    job_id: str | None = None


@dataclass(frozen=True)
class Ready:
    """A finished file, for somebody who may have it now."""

    file_name: str
    name: str
    manifest: Mapping[str, Any]


def writable(format: ExportFormat) -> None:
    """Refuse a form that this installation cannot write: Parquet is an extra."""
    if format is ExportFormat.PARQUET and find_spec("pyarrow") is None:
        raise BadInput(field="format", details={"needs": "support-gateway[parquet]"})


async def start_export(
    change: Change, house: House, key: str, kind: ExportKind, format: ExportFormat, narrowed: Narrowed
) -> ExportChanged:
    """A job for a file that the viewer may have; RATE_LIMITED while the tenant has two under way."""
    writable(format)
    chosen = await settled(Context.over(house, change), kind, narrowed)

    async def effect() -> Answer:
        if await unfinished(change) >= AT_ONCE:
            raise RateLimited(TURN, RETRY_SECONDS)
        row = {"kind": kind, "format": format, "filter": _plain(chosen.stored()), "state": ExportState.QUEUED}
        id = await change.add(_J, {**row, "user_id": change.viewer.user_id, "created_at": change.now})
        change.audit("START_EXPORT", "ExportJob", id, kind=kind, format=format)
        change.publish("export", id, change=ExportState.QUEUED)
        return {"job_id": id}

    asked = {"kind": kind, "format": format, "filter": narrowed.stored()}
    return ExportChanged(**await once(change, "startExport", key, asked, effect))


async def cancel_export(change: Change, id: str) -> ExportChanged:
    """Stop it, wherever it is on its way; CONFLICT when it has ended. Cancelling twice changes nothing."""
    row = await _locked(change, id)
    state = ExportState(row["state"])
    if state not in (*UNFINISHED_EXPORTS, ExportState.CANCELLED):
        raise BusinessRefusal("CONFLICT", field="id")
    if state is not ExportState.CANCELLED:
        await change.alter(_J, id, {"state": ExportState.CANCELLED, "finished_at": change.now})
        change.audit("CANCEL_EXPORT", "ExportJob", id)
        change.publish("export", id, change=ExportState.CANCELLED)
    return ExportChanged(job_id=id)


async def finish_export(change: Change, job: Taken, file_name: str, manifest: Mapping[str, Any], reach: Any) -> bool:
    """The file is there for its starter from now on; False when the job is not this attempt's any more."""
    row = await _locked(change, job.id)
    if (row["state"], row["attempt"]) != (ExportState.RUNNING, job.attempt):
        return False
    done = {"state": ExportState.DONE, "finished_at": change.now, "expires_at": change.now + LIFETIME}
    rows = {"rows_written": manifest["rows"], "rows_total": manifest["rows"]}
    await change.alter(_J, job.id, {**done, **rows, "file_name": file_name, "manifest": manifest, "reach": reach})
    change.audit("FINISH_EXPORT", "ExportJob", job.id, rows=manifest["rows"], sha256=manifest["sha256"])
    change.publish("export", job.id, change=ExportState.DONE)
    return True


async def ready(context: Context, id: str) -> Ready:
    """The file behind a link, if it is the viewer's, is still kept, and holds nothing that the viewer cannot see now.

    NOT_FOUND otherwise, for every reason alike (E-03, E-09); a barred account learns that it is one (A-03).
    """
    scope = context.scope
    if scope.viewer.shut_out:
        raise AccountTypeNotAllowed(rule="WS-22")
    row = await scope.one(_FILE, keys=[id])
    if row["state"] != ExportState.DONE or row["expires_at"] <= scope.now:
        raise NotFound()
    file = await file_of(context, ExportKind(row["kind"]), Narrowed.read(orjson.loads(row["filter"])))
    if not await still_reaches(scope, file, orjson.loads(row["reach"])):
        raise NotFound()
    manifest = orjson.loads(row["manifest"])
    day = manifest["snapshot_at"][:10]
    name = f"{file.title}-{_of(scope)}-{day}.{row['format'].lower()}"
    return Ready(row["file_name"], name, manifest)


def _of(scope: Scope) -> str:
    """Whose file it is, as a part of its name: no path, no line, no header of its own (E-07)."""
    name = scope.viewer.tenant.name if scope.viewer.tenant else ""
    return "".join(each if each.isalnum() or each in " -_" else "_" for each in name).strip() or "file"


async def _locked(change: Change, id: str) -> Row:
    row = await change.row(_LOCK, keys=[id])
    if row is None:
        raise NotFound(field="id")
    return row


def _plain(stored: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it: days as text, words as words."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(stored))
    return plain
