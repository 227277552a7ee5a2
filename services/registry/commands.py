"""The registry's own commands: `kiezknoten seed`."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.registry.seed.garden import seed as plant_all
from services.registry.seed.planting import Planted, Step
from shared.database import engine_on, sessions_on

registry = typer.Typer(help="Who is who in the district.")
Address = Annotated[
    str,
    typer.Option(
        envvar="REGISTRY_DATABASE_URL",
        show_default=False,
        help="The registry's database, under the service's role.",
    ),
]


@registry.command()
def seed(database_url: Address) -> None:
    """Fill the registry with district 06 as the documents describe it; again without effect."""
    console = Console()
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        planted = asyncio.run(_seed(database_url, progress))
    for title, each in planted:
        console.print(f"{title}: {each.new} neu, {each.kept} schon da")
    if not any(each.new for _, each in planted):
        console.print("Alles war schon da; nichts geschrieben. | Nothing new; nothing written.")


async def _seed(database_url: str, progress: Progress) -> list[tuple[str, Planted]]:
    engine = engine_on(database_url, pool_size=1, max_overflow=0)

    def begin(title: str, lines: int) -> Step:
        task = progress.add_task(title, total=lines)
        return lambda: progress.advance(task)

    try:
        return [each async for each in plant_all(sessions_on(engine), begin)]
    finally:
        await engine.dispose()
