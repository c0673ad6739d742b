"""The command line: `gateway serve | migrate | people | token | import | schema | settings`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from gateway import settings as configuration
from gateway.settings import BadSettings, Settings
from tenancy.importing import Report, Step

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The multi-tenant GraphQL gateway.")
out = Console()


@app.command()
def serve() -> None:
    """Run the gateway; without a database URL, with everything it needs."""
    from gateway import process
    from tenancy.embedded import CannotStart

    try:
        code = process.serve(_settings())
    except CannotStart as reason:
        _give_up(str(reason))
    raise typer.Exit(code)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this program."""
    from gateway import process
    from migrations.run import head, upgrade

    settings = _settings()
    with process.addresses(settings, attach=True) as to:
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
    table = Table("person", "name", "account type", "tenant", "roles")
    for each in listed:
        table.add_row(each["person"], each["name"], each["account_type"], each["tenant"], ", ".join(each["roles"]))
    out.print(table)


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
    from gateway import process
    from tenancy.importing import import_files

    settings = _settings()
    with process.addresses(settings, attach=True) as to, Progress(console=out) as progress:
        report = asyncio.run(import_files(to.system, files, progress=_Bars(progress)))
    _tell(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def schema() -> None:
    """Print the contract as SDL."""
    from schema.contract import sdl

    sys.stdout.write(sdl())


@app.command()
def settings() -> None:
    """Print every setting with its default and its meaning."""
    table = Table("setting", "default", "meaning")
    for row in configuration.table():
        table.add_row(*row)
    out.print(table)


def _settings() -> Settings:
    try:
        return Settings.load()
    except BadSettings as error:
        _give_up(str(error))


def _demo() -> Settings:
    found = _settings()
    if not found.demo:
        _give_up("This works only with the demo identity provider (GATEWAY_DEMO).")
    return found


def _give_up(text: str) -> NoReturn:
    Console(stderr=True).print(text, style="red", highlight=False, soft_wrap=True)
    raise typer.Exit(2)


class _Bars:
    """The importer's progress as bars: one for each phase of each file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __call__(self, step: Step, /) -> None:
        key = (step.file, step.phase)
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(f"{Path(step.file).name} {step.phase.lower()}", total=step.total)
        self._progress.update(self._tasks[key], completed=step.done)


def _tell(report: Report) -> None:
    for file in report.files:
        out.print(f"{file.file}: {'loaded' if file.ok else 'nothing loaded'}, {file.lines} lines, {file.seconds:.1f} s")
        for problem in file.problems:
            out.print(f"  {problem}", highlight=False, soft_wrap=True)
        if file.more:
            out.print("  ... and more; correct these first.")
