"""How fresh what was loaded is: noted for every tenant that a file of subscriptions or licence activity speaks of."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, String, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from tenancy.importing.shapes import Shape, shapes
from tenancy.importing.sql import Connection, sql
from tenancy.importing.staging import Stages, stage_of
from tenancy.tables import Freshness, LicenseActivity, Subscription, Table


async def refresh(connection: Connection, stages: Stages, at: datetime) -> None:
    """Set `loaded_at`, and move `as_of` on; a late file never moves it back.

    Activity speaks up to its last day, subscriptions of the day on which they are loaded.
    """
    moment = literal(at.isoformat(), String).cast(DateTime(timezone=True))
    if LicenseActivity.__tablename__ in stages.rows:
        await _note(connection, LicenseActivity, moment, func.max(stage_of(_shape(LicenseActivity)).c.active_on))
    if Subscription.__tablename__ in stages.rows:
        await _note(connection, Subscription, moment, literal(at.date().isoformat(), String).cast(Date))


async def _note(connection: Connection, table: type[Table], moment: Any, as_of: Any) -> None:
    stage = stage_of(_shape(table))
    news = select(stage.c.tenant_id, literal(table.__tablename__, String), moment, as_of).group_by(stage.c.tenant_id)
    names = ("tenant_id", "source", "loaded_at", "as_of")
    statement: Any = insert(Freshness.__table__).from_select(names, news)  # type: ignore[arg-type]  # a table indeed
    known: ColumnElement[Any] = literal_column("freshness.as_of")
    statement = statement.on_conflict_do_update(
        index_elements=("tenant_id", "source"),
        set_={
            "loaded_at": statement.excluded.loaded_at,
            "as_of": func.greatest(statement.excluded.as_of, known),
        },
    )
    await connection.execute(sql(statement))


def _shape(table: type[Table]) -> Shape:
    return shapes()[table.__tablename__]
