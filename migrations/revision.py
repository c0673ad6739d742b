"""`python -m migrations.revision NAME WHAT [TABLE ...]`: begins the next revision, forward only.

Writes `versions/rNNNN_NAME.py`, whose docstring is WHAT, and `.sql` with the draft of the tables that are new; what
changes besides is written there by hand. The program then asks for that revision at its start (`tenancy.selfcheck`).
"""

import re
import sys
from collections.abc import Collection
from pathlib import Path

from migrations.draft import draft_of
from migrations.run import head
from tenancy import selfcheck
from tenancy.rights import OWNER
from tenancy.tables import Table

_VERSIONS = Path(__file__).parent / "versions"

_MODULE = '''"""{what}"""

from pathlib import Path

from migrations.script import run

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    run(Path(__file__).with_suffix(".sql"))
'''


def begin(versions: Path, name: str, what: str, tables: Collection[str]) -> Path:
    """The new revision's script; a table that nobody has declared is a ValueError."""
    known = {table.name for table in Table.metadata.sorted_tables}
    if unknown := set(tables) - known:
        raise ValueError(f"There is no table {', '.join(sorted(unknown))}; is it exported by tenancy.tables?")
    before = head()
    revision = f"{int(before) + 1:04}"
    place = versions / f"r{revision}_{name}.sql"
    place.with_suffix(".py").write_text(_MODULE.format(what=what, revision=revision, before=before))
    drafted = draft_of(tables) if tables else ""
    place.write_text(f"set local role {OWNER};\n\n{drafted}")
    return place


def _asked_for(revision: str) -> None:
    """The revision that the program is written for."""
    place = Path(selfcheck.__file__)
    place.write_text(re.sub(r'^REVISION = "\d+"', f'REVISION = "{revision}"', place.read_text(), flags=re.MULTILINE))


if __name__ == "__main__":
    named, told, *new = sys.argv[1:]
    made = begin(_VERSIONS, named, told, new)
    _asked_for(made.name[1:5])
    sys.stdout.write(f"{made}\n")
