"""`kiezknoten senate`: read a Senate system at once and watch how far it is."""

import asyncio
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.datahub.senate import actions
from services.datahub.senate.connectors.known import SOURCES, connected
from services.datahub.senate.connectors.trouble import Trouble
from services.datahub.senate.model import SyncRun
from services.datahub.senate.rules import AlreadyRunning
from services.datahub.settings import DatahubSettings
from shared.database import engine_on, sessions_on

senate = typer.Typer(no_args_is_help=True, help="The Senate's systems: PRISMA, WoFIS, SoFIS.")
console = Console(stderr=True)


@senate.callback()
def _group() -> None:
    """The Senate's systems: PRISMA, WoFIS, SoFIS."""


@senate.command()
def sync(
    name: Annotated[str, typer.Argument(help=f"one of: {', '.join(SOURCES)}")],
) -> None:
    """Read one Senate system now; what was read before it breaks off is kept."""
    if name not in SOURCES:
        raise typer.BadParameter(f"{name} is none of: {', '.join(SOURCES)}")
    try:
        settings = DatahubSettings()
    except ValidationError as error:
        wrong = ", ".join(f"DATAHUB_{each['loc'][0]}".upper() for each in error.errors())
        _give_up(f"These settings are missing or wrong: {wrong}")
    address = settings.partners.get(name)  # type: ignore[call-overload]  # checked above
    try:
        run = asyncio.run(_read(settings, name, address))
    except AlreadyRunning:
        _give_up(f"{name} is being read already. | {name} wird gerade schon gelesen.")
    except Trouble as trouble:
        _give_up(f"{trouble.en} | {trouble.de} ({trouble.detail})")
    console.print(
        f"{name}: {run.seen} seen, {run.new} new, {run.changed} changed, {run.gone} gone, "
        f"{run.unchanged} unchanged, {run.pages} pages"
    )


async def _read(settings: DatahubSettings, name: str, address: str | None) -> SyncRun:
    engine = engine_on(settings.database_url.get_secret_value())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task(name, total=None)

            def heard(run: SyncRun) -> None:
                progress.update(bar, completed=run.before + run.seen, total=run.total)

            token = settings.partner_token.get_secret_value()
            async with connected(name, address, token) as connector:
                run = await actions.collect(sessions_on(engine), connector, heard=heard)
    finally:
        await engine.dispose()
    assert run is not None
    return run


def _give_up(reason: str) -> NoReturn:
    console.print(reason)
    raise typer.Exit(1)
