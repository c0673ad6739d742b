"""How fresh what was loaded is: noted for every tenant that a file of licence activity speaks of."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, String, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from tenancy.importing.shapes import shapes
from tenancy.importing.sql import Connection, sql
from tenancy.importing.staging import Stages, stage_of
from tenancy.tables import Freshness, LicenseActivity


async def refresh(connection: Connection, stages: Stages, at: datetime) -> None:
    """Set `loaded_at`, and move `as_of` on to the last day of activity in the file; a late file never moves it back."""
    if LicenseActivity.__tablename__ not in stages.rows:
        return
    stage = stage_of(shapes()[LicenseActivity.__tablename__])
    source = literal(LicenseActivity.__tablename__, String)
    loaded = literal(at.isoformat(), String).cast(DateTime(timezone=True))
    news = select(stage.c.tenant_id, source, loaded, func.max(stage.c.active_on)).group_by(stage.c.tenant_id)
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
