"""`gateway check`: what a configuration would come to, before it serves."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from gateway.cli_documents import give_up
from gateway.settings import BadSettings, Settings


def check(
    strict: Annotated[bool, typer.Option(help="Warnings fail, too.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Look at settings, database, providers and folders; 0 when it would serve, 2 for errors, 3 for isolation."""
    from gateway import checkup, ground
    from tenancy.embedded import CannotStart

    try:
        settings = Settings.load()
        with ground.addresses(settings, attach=True) as to:
            findings = asyncio.run(checkup.look(settings, to))
    except (BadSettings, CannotStart) as reason:
        give_up(str(reason))
    if json_:
        typer.echo(json.dumps([asdict(each) for each in findings], indent=2))
    else:
        for each in findings:
            typer.echo(f"{each.level:8} {each.about}: {each.told}\n{'':8} {each.advice}")
        typer.echo(_summary([each.level for each in findings]))
    raise typer.Exit(checkup.exit_code(findings, strict=strict))


def _summary(levels: list[str]) -> str:
    errors, warnings = levels.count("error"), levels.count("warning")
    return f"{errors} errors, {warnings} warnings" if set(levels) - {"note"} else "Everything is in order."
