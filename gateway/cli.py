"""The command line: `gateway serve | check | migrate | people | token | import | export | schema | settings`."""

import asyncio
import gc
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gateway import settings as configuration
from gateway.cli_check import check
from gateway.cli_documents import documents
from gateway.settings import BadSettings, Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The multi-tenant GraphQL gateway.")
app.add_typer(documents, name="documents")
app.command()(check)
out = Console(markup=False, highlight=False)

_LEGIBLE: Final = 12
"""Characters a column needs at least; a table with less is worse than plain lines."""


@app.command()
def serve(
    workers: Annotated[int | None, typer.Option(help="Processes on the port; SIGHUP replaces them.", min=1)] = None,
) -> None:
    """Run the gateway; without a database URL, with everything it needs."""
    gc.set_threshold(200_000, 20, 20)  # a start makes much and drops little: looking for garbage is a sixth of it

    from gateway import process
    from tenancy.embedded import CannotStart

    try:
        code = process.serve(_settings(**({} if workers is None else {"workers": workers})))
    except CannotStart as reason:
        _give_up(str(reason))
    raise typer.Exit(code)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this program."""
    from gateway import ground
    from migrations.run import head, upgrade

    settings = _settings()
    with ground.addresses(settings, attach=True) as to:
        if not to.owner:
            _give_up("GATEWAY_OWNER_URL is not set: migrations need a role that may act as gw_owner.")
        with out.status("migrating"):
            asyncio.run(upgrade(to.owner))
    out.print(f"The database is at revision {head()}.")


@app.command()
def people(json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Who can sign in at the demo identity provider."""
    from gateway.demo.people import people as cast

    _demo()
    listed = [person.listed() for person in cast()]
    if json_:
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
        return
    columns = ("person", "name", "account_type", "tenant")
    _show(
        ("person", "name", "account type", "tenant", "roles"),
        [(*(each[name] for name in columns), ", ".join(each["roles"])) for each in listed],
    )


@app.command()
def token(
    person: Annotated[str, typer.Argument(help="Key of the person, see `gateway people`.")],
    minutes: Annotated[int, typer.Option(help="How long it is valid.", min=1, max=24 * 60)] = 60,
) -> None:
    """Print an access token of a person of the demo world."""
    from gateway.demo.people import people as cast
    from gateway.demo.people import person as find
    from gateway.demo.provider import DemoProvider

    settings = _demo()
    try:
        found = find(person)
    except KeyError:
        _give_up(f"There is no {person!r}; `gateway people` lists everybody.")
    provider = DemoProvider(cast(), public_url=settings.public_url, data=settings.data, demo_mode=True)
    sys.stdout.write(provider.mint(found, minutes) + "\n")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="NDJSON or CSV files, see docs/import.md.", exists=True)],
) -> None:
    """Load records: each file completely, or not at all."""
    from gateway import ground
    from gateway.cli_import import Bars, told
    from tenancy.importing import import_files

    settings = _settings()
    with ground.addresses(settings, attach=True) as to, Progress(console=out, disable=not out.is_terminal) as progress:
        report = asyncio.run(import_files(to.system, files, progress=Bars(progress)))
    for line in told(report):
        out.print(line, soft_wrap=True)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def export(
    kind: Annotated[str, typer.Argument(help="A table of docs/import.md, or `all`.")],
    output: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
) -> None:
    """Write records as the NDJSON that `gateway import` reads: one snapshot, across tenants."""
    from gateway import ground
    from tenancy.importing import export_records, kinds

    if kind not in kinds():
        _give_up(f"There is no {kind!r}. What can be exported: {', '.join(kinds())}.")
    settings = _settings()

    async def write(url: str, target: BinaryIO) -> None:
        async for line in export_records(url, kind):
            target.write(line)

    with ground.addresses(settings, attach=True) as to, _target(output) as target:
        asyncio.run(write(to.system, target))


@app.command()
def schema() -> None:
    """Print the contract as SDL."""
    from schema.contract import sdl

    sys.stdout.write(sdl())


@app.command()
def settings() -> None:
    """Print every setting with its default and its meaning."""
    _show(("setting", "default", "meaning"), configuration.table())


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """The file, complete or not there at all; or standard output."""
    if output is None:
        yield sys.stdout.buffer
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _settings(**given: Any) -> Settings:
    try:
        return Settings.load(**given)
    except BadSettings as error:
        _give_up(str(error))


def _demo() -> Settings:
    found = _settings()
    if not found.demo:
        _give_up("This works only with the demo identity provider (GATEWAY_DEMO).")
    return found


def _show(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for people; for programs, and where it would be too narrow for the first column, lines with tabs.

    Either way nothing is cut off: names are there to be copied.
    """
    widest = max(len(row[0]) for row in rows)
    if not out.is_terminal or out.width < _LEGIBLE * len(heads) + widest:
        sys.stdout.writelines("\t".join(row) + "\n" for row in rows)
        return
    table = Table()
    for place, head in enumerate(heads):
        table.add_column(head, no_wrap=place == 0, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _give_up(text: str) -> NoReturn:
    Console(stderr=True).print(text, style="red", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
