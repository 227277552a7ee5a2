"""The data hub's own commands: `kiezknoten areas …`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError

from services.datahub.areas import actions, queries
from services.datahub.areas.actions import TakenIn
from services.datahub.areas.model import SOURCE, Level, LorVersion, Precision
from services.datahub.areas.reading import wfs
from services.datahub.areas.reading.files import read
from services.datahub.areas.reading.piece import Reading, Unusable
from services.datahub.areas.reading.schematic import schematic
from shared.access import Caller
from shared.authority import PAGE, Hat, Relation, Role
from shared.database import Sessions, engine_on, sessions_on, speaking

areas = typer.Typer(help="Die Gebiete Berlins (LOR) laden.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
SURFACES = {
    Precision.NONE: "ohne Flächen",
    Precision.SCHEMATIC: "{} schematische Flächen",
    Precision.SIMPLIFIED: "{} vereinfachte Flächen",
    Precision.FULL: "{} genaue Flächen",
}

Work = Callable[[], Awaitable[Reading]]


class CommandSettings(BaseSettings):
    """All that these commands need of the configuration: the database."""

    model_config = SettingsConfigDict(env_prefix="DATAHUB_", frozen=True)

    database_url: SecretStr


def caller() -> Caller:
    """The statistical office, whose words a command carries in."""
    hat = Hat(Role.SENATE_SYSTEM, SOURCE)
    return Caller("kiezknoten areas", hat, PAGE["area.import"], {Relation.OWN_UNIT})


@asynccontextmanager
async def database() -> AsyncIterator[Sessions]:
    """The data hub's database."""
    engine = engine_on(CommandSettings().database_url.get_secret_value(), pool_size=1)
    try:
        yield sessions_on(engine)
    finally:
        await engine.dispose()


@areas.command("import")
def import_(
    files: Annotated[list[Path] | None, typer.Argument(help="GeoJSON und CSV")] = None,
    version: Annotated[LorVersion | None, typer.Option(help="wenn nicht erkennbar")] = None,
    from_wfs: Annotated[bool, typer.Option("--wfs", help="vom Geoportal Berlin")] = False,
    address: Annotated[str, typer.Option(help="Adresse des WFS")] = wfs.ADDRESS,
    again: Annotated[bool, typer.Option(help="auch schon gelesene Dateien")] = False,
) -> None:
    """Gebiete aus Dateien oder vom Geoportal laden; jede Datei ganz oder gar nicht."""
    if not files and not from_wfs:
        console.print("Bitte Dateien nennen oder --wfs.")
        raise typer.Exit(2)
    refused = asyncio.run(load(files or [], version, address if from_wfs else None, again))
    raise typer.Exit(1 if refused else 0)


@areas.command("schematic")
def schematic_() -> None:
    """Ein schematisches Steglitz-Zehlendorf laden, solange keine Gebiete geladen sind."""
    asyncio.run(load_schematic())


async def load(
    files: list[Path], version: LorVersion | None, address: str | None, again: bool
) -> int:
    """Read everything, then store it, coarse areas first; the number of sources refused."""
    readings, refused = [], 0
    async with httpx.AsyncClient() as client, database() as sessions:
        with Progress(*COLUMNS, console=console, transient=True) as bar:
            for name, work in bar.track(
                list(sources(client, files, version, address)), description="lesen"
            ):
                try:
                    readings.append(await work())
                except Unusable as why:
                    refused += 1
                    say_refused(name, str(why))
            for reading in bar.track(sorted(readings, key=coarse_first), description="speichern"):
                refused += not await store(sessions, reading, again=again)
    return refused


def sources(
    client: httpx.AsyncClient,
    files: list[Path],
    version: LorVersion | None,
    address: str | None,
) -> Iterator[tuple[str, Work]]:
    """What is to be read, by name: each file, and each type that the Geoportal has."""
    for file in files:
        yield file.name, partial(asyncio.to_thread, read, file, version)
    if address:
        for wanted in [version] if version else LorVersion:
            for name in wfs.TYPES[wanted]:
                yield name, partial(wfs.fetched, client, wanted, name, address=address)


def coarse_first(reading: Reading) -> int:
    """Districts before what lies in them: a file is judged by the areas above its own."""
    return max((len(piece.key) for piece in reading.pieces), default=0)


async def store(sessions: Sessions, reading: Reading, *, again: bool = False) -> bool:
    """Keep a reading in one transaction, say what came of it, and whether it was kept."""
    if reading.note:
        console.print(f"[dim]·[/] {escape(reading.file)}: {reading.note}")
        return True
    who = caller()
    try:
        async with speaking(sessions, who) as session:
            taken = await actions.take_in(session, who, reading, again=again)
    except DBAPIError as error:
        say_refused(
            reading.file, f"Die Datenbank nimmt das nicht an ({type(error.orig).__name__})."
        )
        return False
    say_kept(reading, taken)
    return True


async def load_schematic() -> None:
    """Make do with the schematic district where there is nothing else."""
    reading, who = schematic(), caller()
    assert reading.version is not None
    async with database() as sessions, speaking(sessions, who) as session:
        if await queries.has_any(session, reading.version):
            who.repeats()
            console.print(f"Es sind schon Gebiete der LOR-Version {reading.version} geladen.")
            return
        taken = await actions.take_in(session, who, reading)
    say_kept(reading, taken)


def say_refused(name: str, why: str) -> None:
    """That a source was not taken, and why."""
    console.print(f"[red]✗[/] {escape(name)}: {escape(why)}")


def say_kept(reading: Reading, taken: TakenIn) -> None:
    """What a source held, what was written, and everything odd about it."""
    intake = taken.intake
    found = ", ".join(f"{count} {Level(level).code}" for level, count in intake.found.items())
    done = f"{intake.written} geschrieben"
    if not taken.anew:
        done = f"schon gelesen am {intake.created_at:%d.%m.%Y}, nichts geschrieben"
    console.print(
        f"[green]✓[/] {escape(intake.file)}: LOR {intake.lor_version}, {found}; "
        f"{SURFACES[reading.precision].format(reading.surfaces)}; {done}"
    )
    for finding in intake.findings:
        number = f"Nr. {finding['number']}: " if finding["number"] else ""
        said = f"  {number}{finding['sentence']} → {finding['done']}"
        console.print(escape(said))
