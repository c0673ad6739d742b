"""The on-demand education report."""

from decimal import Decimal

import strawberry

from resolvers.fields import all_named_by
from resolvers.loaders import Relation
from schema.workspace import Workspace
from tenancy import tables as t


@strawberry.type(description="The on-demand education that was started, as the text of a file.")
class EducationReport:
    workspaces: list[Workspace] = all_named_by(
        Relation("workspace_ids", t.Workspace), description="The workspaces that it is about."
    )
    file_name: str = strawberry.field(description="A name for the file.")
    media_type: str = strawberry.field(description="What the file is.")
    text: str = strawberry.field(description="The file; oldest row first.")
    row_count: int = strawberry.field(description="Rows in the file, the heading left out.")
    total: Decimal = strawberry.field(description="The sum of its quantities.")
    neutralised: list[str] = strawberry.field(
        description="Cells that began like a formula and have an apostrophe now: column and row."
    )
