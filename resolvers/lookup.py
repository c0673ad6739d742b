"""One object by its id: found, or NOT_FOUND, or refused to an account type that would see it otherwise."""

from resolvers import ids
from resolvers.absence import absent
from resolvers.batch import Level
from resolvers.loaders import by_id
from resolvers.relations import columns_of, folds_of
from resolvers.workspaces import admit
from tenancy.database import Row
from tenancy.tables import Table


async def find(info: Level, type_name: str, table: type[Table], global_id: str, record: type[Row] = Row) -> Row:
    """The row behind an id of this type. A barred member learns why; everybody else only that there is nothing."""
    id = ids.of(type_name, global_id)
    wanted = info.selection.on(type_name)
    columns = columns_of(table, wanted.columns)
    loader = info.context.loaders.rows(table, columns, record, folds_of(table, wanted))
    (row,) = await loader.level([id])
    if row is not None:
        admit(info.context)  # what is the whole organisation's is no way around the account rule
        found: Row = row
        return found
    raise await absent(info.context.scope, by_id(table, columns, Row), keys=[id])
