"""`gateway documents build | check`: manifests of trusted documents."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway.settings import Settings

documents = typer.Typer(no_args_is_help=True, help="Trusted documents: make and check their manifests.")


@documents.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Folder with *.graphql files.", exists=True, file_okay=False)],
    client: Annotated[list[str], typer.Option(help="Client id (claim azp) that may run them; may be repeated.")],
    mode: Annotated[str, typer.Option(help="off, log or enforce.")] = "enforce",
) -> None:
    """Print a manifest of the documents in a folder; see docs/limits.md."""
    from gateway import trusted_files

    if mode not in ("off", "log", "enforce"):
        give_up("--mode is off, log or enforce.")
    text, looked = trusted_files.build(folder, client, mode, Settings.load())  # type: ignore[arg-type]  # just checked
    if faults := [f"{each.place}: {each.fault}" for each in looked if each.fault]:
        give_up("\n".join(faults))
    typer.echo(text, nl=False)


@documents.command()
def check(path: Annotated[Path, typer.Argument(help="A manifest, or a folder of manifests.", exists=True)]) -> None:
    """Read every document of a manifest against this program's schema and limits."""
    from gateway import trusted_files
    from gateway.trusted import BadManifest

    try:
        looked = trusted_files.check(path, Settings.load())
    except BadManifest as error:
        give_up(str(error))
    for each in looked:
        typer.echo(f"{each.place}  {each.fault or f'costs {each.cost}'}")
    if any(each.fault for each in looked):
        raise typer.Exit(1)


def give_up(reason: str) -> NoReturn:
    """The same end as the other commands have: what was wrong, and 2."""
    typer.echo(reason, err=True)
    raise typer.Exit(2)
