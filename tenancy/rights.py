"""What the runtime role may do to each table, as data; a table that is not named here may only be read.

Key columns are never updatable, so no statement of the runtime moves a row to another tenant (T-21).
An UPDATE right on one column is also what PostgreSQL asks for before it lets a role lock a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Table as CoreTable

from tenancy import tables
from tenancy.tables import Table

OWNER = "gw_owner"
"""Owns every object; nobody logs in as it."""

RUNTIME = "gw_app"
"""Serves requests: owns nothing, bypasses nothing, is a member of nothing."""

SYSTEM = "gw_system"
"""Runs the named jobs that cross tenants: import, clocks, relay."""


@dataclass(frozen=True)
class Rights:
    """Which writes, and which columns an UPDATE may touch (None: all but the key); SELECT, unless said otherwise."""

    read: bool = True
    insert: bool = False
    delete: bool = False
    update: tuple[str, ...] | None = ()


_READ = Rights()
_ADD = Rights(insert=True)
_ADD_CHANGE = Rights(insert=True, update=None)
_ADD_REMOVE = Rights(insert=True, delete=True)
_ALL = Rights(insert=True, delete=True, update=None)

RIGHTS: Mapping[type[Table], Rights] = {
    tables.User: Rights(insert=True, update=("is_guest", "display_name", "email")),
    # Updatable so that "is there another administrator" and "is there still a member" can lock the rows.
    tables.RoleGrant: Rights(insert=True, delete=True, update=("granted_by", "granted_at")),
    tables.PartnerRelationship: _ADD_CHANGE,
    tables.Agreement: Rights(update=("activated_at",)),
    tables.Workspace: Rights(insert=True, update=("name", "purpose", "allow_personal_accounts")),
    tables.WorkspacePackage: _ADD_REMOVE,
    tables.Invitation: _ADD_CHANGE,
    tables.Entitlement: _ADD_CHANGE,
    tables.EntitlementChannel: _ALL,
    tables.EntitlementProduct: _ADD_REMOVE,
    tables.EntitlementContact: _ADD_REMOVE,
    tables.Consumption: _ADD,
    tables.Customer: _ADD_CHANGE,
    tables.Product: _ADD,
    tables.Subject: _ADD,
    tables.Case: _ADD_CHANGE,
    tables.TimelineEntry: _ADD_CHANGE,
    tables.CaseArticle: _ALL,
    tables.SupportGroup: Rights(insert=True, update=("name",)),
    tables.SupportGroupMember: _ALL,
    tables.CaseShare: _ADD_REMOVE,
    tables.SlaClock: _ADD_CHANGE,
    tables.QueueItem: _ADD_CHANGE,
    tables.RoutingRuleSet: _ADD_CHANGE,
    tables.RoutingRule: _ALL,
    # Who has read the rows says that the file is done; all other steps are those of the job's process.
    tables.ExportJob: Rights(
        insert=True,
        update=("state", "finished_at", "expires_at", "rows_total", "rows_written", "file_name", "manifest", "reach"),
    ),
    # How a sending goes is told by the process that sends; people say what is sent, where, and once more.
    tables.Webhook: Rights(
        insert=True,
        delete=True,
        update=(
            *("name", "url", "topics", "document", "state", "reason", "secret", "previous_secret", "previous_until"),
            *("version", "changed_at", "failing_since", "sequence"),
        ),
    ),
    tables.WebhookDelivery: Rights(
        insert=True, delete=True, update=("state", "attempts", "due_at", "ended_at", "status", "fault")
    ),
    tables.IdempotencyKey: Rights(insert=True, update=("state", "answer")),
    tables.OutboxEvent: _ADD,
    tables.AuditEntry: _ADD,
    tables.BrowserRecord: Rights(read=False),
}

APPEND_ONLY: frozenset[type[Table]] = frozenset({tables.Consumption, tables.AuditEntry})
"""Nobody updates or deletes these, the cross-tenant jobs included (I-8, D-06)."""


def rights_of(table: type[Table]) -> Rights:
    """What the runtime may do to a table."""
    return RIGHTS.get(table, _READ)


def updatable(table: type[Table]) -> tuple[str, ...]:
    """The columns that the runtime may change, in the table's order."""
    columns = rights_of(table).update
    return _beyond_the_key(_core(table)) if columns is None else columns


def grants(table: type[Table]) -> Iterator[str]:
    """The GRANT statements for one table, to the runtime and to the cross-tenant jobs."""
    name, rights = _core(table).fullname, rights_of(table)
    verbs = ["select"] * rights.read + ["insert"] * rights.insert + ["delete"] * rights.delete
    if columns := updatable(table):
        verbs.append(f"update ({', '.join(columns)})")
    if verbs:
        yield f"grant {', '.join(verbs)} on {name} to {RUNTIME}"
    system = "select, insert" if table in APPEND_ONLY else "select, insert, update, delete"
    yield f"grant {system} on {name} to {SYSTEM}"


def _beyond_the_key(table: CoreTable) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if not column.primary_key)


def _core(table: type[Table]) -> CoreTable:
    core = table.__table__
    assert isinstance(core, CoreTable)
    return core
