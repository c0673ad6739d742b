"""Exports as jobs: what is asked for, how far it is, and what proves the file."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
import strawberry

from resolvers import ids
from resolvers.batch import Level, Parents, batched
from resolvers.context import House
from resolvers.exports import jobs
from resolvers.exports.asked import Narrowed
from resolvers.exports.jobs import ExportChanged
from resolvers.fields import derived, identified, named_by
from resolvers.loaders import Relation
from schema.keyed import KEY
from schema.node import Node, StandsIn
from schema.payload import Payload
from schema.portfolio import PortfolioFilter, filter_of
from schema.words import CaseView
from schema.words.exports import CellKind, ExportFormat, ExportKind, ExportPart, ExportState
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import CODES

T = TypeVar("T")


@strawberry.type(description="A column of an exported file.")
class ExportColumn:
    name: str = strawberry.field(description="Its heading.")
    kind: CellKind = strawberry.field(description="What it holds.")


@strawberry.type(description="The sum of a column, as the database reckons it and as it was written.")
class ExportSum:
    column: str = strawberry.field(description="The heading of the column.")
    sum: Decimal = strawberry.field(description="The sum over all rows.")


@strawberry.type(description="Something that is not in the file, because the reader may not see it.")
class ExportWithheld:
    part: ExportPart = strawberry.field(description="Whether rows, cells or a column.")
    rule: str = strawberry.field(description="The requirement that holds it back.")
    reason: str = strawberry.field(description="What it is.")
    column: str | None = strawberry.field(description="The heading of the column, where it is about one.")
    count: int | None = strawberry.field(
        description="How many rows or cells; null where the number would tell too much, and for a column."
    )


@strawberry.type(description="Texts that have an apostrophe, because a spreadsheet would have calculated them.")
class ExportNeutralised:
    count: int = strawberry.field(description="How many cells.")
    places: list[str] = strawberry.field(description="Column and row of each, at most the first 1,000.")


@strawberry.type(description="What proves a file: it is complete, and this is what it is made of.")
class ExportManifest:
    row_count: int = strawberry.field(description="Rows, headings left out.")
    size_bytes: Decimal = strawberry.field(description="Its size in bytes.")
    sha256: str = strawberry.field(description="SHA-256 of the file, hexadecimal; its ETag.")
    snapshot_at: datetime = strawberry.field(description="The one moment that all rows and sums speak of, UTC.")
    columns: list[ExportColumn] = strawberry.field(description="Its columns, in their order.")
    sums: list[ExportSum] = strawberry.field(description="Sums of its figures.")
    withheld: list[ExportWithheld] = strawberry.field(description="What is not in it, and by which rule.")
    neutralised: ExportNeutralised = strawberry.field(description="Texts that were made harmless.")


@strawberry.type(description="Why there is no file.")
class ExportFailure:
    code: str = strawberry.field(description="One of the closed list of codes.")
    message: str = strawberry.field(description="What happened; the same text for the same code.")
    next_step: str = strawberry.field(description="What to do next.")
    details: list[str] = strawberry.field(description="What it was about, for instance `column: title`.")


def _manifest(row: Any) -> ExportManifest | None:
    if row.manifest is None:
        return None
    kept = orjson.loads(row.manifest)
    return ExportManifest(
        row_count=kept["rows"],
        size_bytes=Decimal(kept["size"]),
        sha256=kept["sha256"],
        snapshot_at=datetime.fromisoformat(kept["snapshot_at"]),
        columns=[ExportColumn(name=each["name"], kind=CellKind(each["kind"])) for each in kept["columns"]],
        sums=[ExportSum(column=name, sum=Decimal(value)) for name, value in kept["sums"].items()],
        withheld=[ExportWithheld(**{**each, "part": ExportPart(each["part"])}) for each in kept["withheld"]],
        neutralised=ExportNeutralised(count=sum(kept["neutralised"].values()), places=kept["places"]),
    )


def _failure(row: Any) -> ExportFailure | None:
    if row.failure is None:
        return None
    meaning = CODES[row.failure]
    about = orjson.loads(row.failure_detail) if row.failure_detail else {}
    told = [f"{name}: {value}" for name, value in sorted(about.items())]
    return ExportFailure(code=row.failure, message=meaning.message, next_step=meaning.next_step, details=told)


def _progress(row: Any) -> int:
    if row.state in (ExportState.DONE, ExportState.EXPIRED):
        return 100
    written: int = row.rows_written
    return min(99, 100 * written // row.rows_total) if row.rows_total else 0


def _urls(parents: Parents, info: Level) -> list[str | None]:
    now = info.context.scope.now
    return [_url(row) if row.state == ExportState.DONE and row.expires_at > now else None for row in parents]


def _url(row: Any) -> str:
    tenant = quote(ids.encode("Tenant", row.tenant_id), safe="")
    return f"/exports/{quote(ids.encode('ExportJob', row.id), safe='')}?tenant={tenant}"


@strawberry.type(description="A file that was asked for: it is written behind the requests, and its starter's alone.")
class ExportJob(StandsIn, Node):
    id: strawberry.ID = identified("ExportJob")
    kind: ExportKind = strawberry.field(description="What the file holds.")
    format: ExportFormat = strawberry.field(description="How it is written.")
    state: ExportState = strawberry.field(description="Where it is on its way.")
    created_at: datetime = strawberry.field(description="When it was asked for, UTC.")
    started_at: datetime | None = strawberry.field(description="When its writing began last, UTC.")
    finished_at: datetime | None = strawberry.field(description="When it ended, however it did, UTC.")
    expires_at: datetime | None = strawberry.field(description="Until when the file is kept, UTC.")
    rows_written: int = strawberry.field(description="Rows that are written by now.")
    rows_total: int | None = strawberry.field(description="Rows that there will be, once they are counted.")
    progress: int = derived(
        _progress,
        ("state", "rows_written", "rows_total"),
        description="How far it is, in percent; 100 when it is done.",
    )
    url: str | None = batched(
        _urls,
        columns=("id", "tenant_id", "state", "expires_at"),
        description="Its path on this server while it is kept, for a GET with the same sign-in. Ranges, ETag and "
        "If-Range let a broken download go on. The link opens nothing by itself: rights are asked anew each time.",
    )
    manifest: ExportManifest | None = derived(_manifest, ("manifest",), description="What proves the file, once it is.")
    failure: ExportFailure | None = derived(
        _failure, ("failure", "failure_detail"), description="Why there is no file."
    )


@strawberry.input(description="What narrows an export. What does not fit the kind is refused, never ignored.")
class ExportFilter:
    workspace_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="CASES, CONSUMPTION, EDUCATION: only these workspaces; without it, or ALL, every permitted one.",
    )
    since: date | None = strawberry.field(
        default=None, description="CASES, CONSUMPTION, EDUCATION: not before this day, of creation or of use."
    )
    until: date | None = strawberry.field(
        default=None, description="CASES, CONSUMPTION, EDUCATION: not after this day, of creation or of use."
    )
    view: CaseView | None = strawberry.field(default=None, description="CASES: which cases; all of them without it.")
    as_of: date | None = strawberry.field(
        default=None, description="Portfolios: the last day of the window of use; today without it."
    )
    portfolio: PortfolioFilter | None = strawberry.field(default=None, description="Portfolios: which licences.")

    def narrowed(self) -> Narrowed:
        """The same for the work."""
        chosen = filter_of(self.portfolio)
        return Narrowed(
            workspaces=_kept(self.workspace_ids),
            since=self.since,
            until=self.until,
            view=self.view,
            as_of=self.as_of,
            services=_kept(chosen.services),
            customers=_kept(chosen.customers),
            products=_kept(chosen.products),
            channels=_kept(chosen.channels),
            workloads=_kept(chosen.workloads),
        )


def _kept(given: Sequence[T] | None) -> tuple[T, ...] | None:
    return None if given is None else tuple(given)


@strawberry.input(description="A file to be written.")
class StartExportInput:
    idempotency_key: str = strawberry.field(description=KEY)
    kind: ExportKind = strawberry.field(description="What it shall hold.")
    format: ExportFormat = strawberry.field(default=ExportFormat.CSV, description="How it shall be written.")
    filter: ExportFilter | None = strawberry.field(default=None, description="What narrows it.")


@strawberry.input(description="A job.")
class ExportJobInput:
    id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.type(description="The job, or why it stays as it was.")
class ExportJobPayload(Payload):
    job: ExportJob | None = named_by(Relation("job_id", t.ExportJob), description="The job, read after the command.")


async def start(change: Change, house: House, input: StartExportInput) -> ExportChanged:
    narrowed = input.filter.narrowed() if input.filter else Narrowed()
    return await jobs.start_export(change, house, input.idempotency_key, input.kind, input.format, narrowed)


async def cancel(change: Change, input: ExportJobInput) -> ExportChanged:
    return await jobs.cancel_export(change, ids.of("ExportJob", input.id, field="id"))
