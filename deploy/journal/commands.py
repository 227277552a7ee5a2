"""`kiezknoten journal verify` and `kiezknoten journal erase`, under the owners' logins."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, NoReturn
from uuid import UUID

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy.engine import make_url

from deploy.journal.catching_up import catch_up
from deploy.journal.erasing import erase_resource, erase_subject
from deploy.journal.verifying import Verdict, verify

journal = typer.Typer(
    help="Das Journal prüfen und Personenbezug darin löschen. | Verify the journal, and erase.",
    no_args_is_help=True,
)
console = Console(highlight=False, soft_wrap=True)
COLUMNS = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn())
NOT_TOLD = 2


class Part(StrEnum):
    """The parts that have a journal."""

    REGISTRY = "registry"
    DATAHUB = "datahub"
    PARTICIPATION = "participation"
    GATEWAY = "gateway"


@journal.command("verify")
def verify_(
    part: Annotated[list[Part] | None, typer.Option(help="nur diesen Teil; mehrfach")] = None,
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="ein anderswo aufbewahrter Kopf der Kette")
    ] = None,
) -> None:
    """Die Siegelkette aus den Zeilen neu berechnen. | Recompute the chain from the rows."""
    verdicts = []
    with Progress(*COLUMNS, console=console, transient=True) as bar:
        for name in part or those_with_an_address():
            with owner_of(name) as connection:
                begin = _steps(bar, name)
                verdicts.append(verify(connection, name, anchor=head and head.lower(), begin=begin))
    console.print(as_table(verdicts))
    broken = [f"{each.part}: {each.broken}" for each in verdicts if each.broken]
    for line in broken:
        console.print(line)
    lost = bool(head) and not any(each.anchored for each in verdicts)
    if lost:
        console.print(
            "Der genannte Kopf kommt in keiner Kette mehr vor: ein Ende wurde abgeschnitten oder "
            "ersetzt. | The head is in no chain any more: an end was cut off or replaced."
        )
    if broken or lost:
        raise typer.Exit(1)
    console.print("Unversehrt. | Intact.")


@journal.command()
def erase(
    part: Annotated[Part, typer.Option()],
    subject: Annotated[str | None, typer.Option(help="`sub` der Person im Zugangstoken")] = None,
    resource: Annotated[str | None, typer.Option(metavar="TYPE/ID", help="ein Datensatz")] = None,
) -> None:
    """Leeren, was an Einträgen personenbezogen ist. | Empty what is personal in entries."""
    if bool(subject) == bool(resource):
        _give_up("Bitte --subject oder --resource nennen. | Name --subject or --resource.")
    with owner_of(part) as connection:
        if subject:
            count = erase_subject(connection, part, subject)
        else:
            count = erase_resource(connection, part, *_record(resource or ""))
    console.print(f"{count} Einträge geleert. | {count} entries emptied.")


@journal.command("catch-up")
def catch_up_(part: Annotated[Part, typer.Option()]) -> None:
    """Nach einem Restore weiterschreiben können. | Go on writing after a restore."""
    with owner_of(part) as connection:
        count = catch_up(connection)
    console.print(f"{count} Nummern aufgeholt. | {count} numbers caught up.")


def as_table(verdicts: list[Verdict]) -> Table:
    """What was found, one line for each part."""
    table = Table("Teil", "Einträge", "versiegelt", "noch nicht", "geleert", "Kopf")
    for each in verdicts:
        counts = (each.entries, each.sealed, each.unsealed, each.erased)
        state = "[red]gebrochen[/red]" if each.broken else each.head or "-"
        table.add_row(each.part, *map(str, counts), state)
    return table


def those_with_an_address() -> list[str]:
    """The parts whose owner's login is known here."""
    found = [part.value for part in Part if address_of(part)]
    return found or _give_up(
        "Kein <TEIL>_OWNER_URL gesetzt, und hier lief noch kein `make up`. | "
        "No <PART>_OWNER_URL is set, and no house was started here."
    )


def address_of(part: str) -> str | None:
    """The owner's login, as the migrations use it."""
    return os.environ.get(f"{part.upper()}_OWNER_URL")


@contextmanager
def owner_of(part: str) -> Iterator[psycopg.Connection]:
    """A connection under the owner's login; what goes wrong is said in one line."""
    url = address_of(part) or _give_up(
        f"{part.upper()}_OWNER_URL ist nicht gesetzt. | {part.upper()}_OWNER_URL is not set."
    )
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            yield connection
    except psycopg.OperationalError as error:
        reason = str(error).strip().partition("\n")[0]
        _give_up(
            f"{part}: Die Datenbank antwortet nicht. | No answer from the database. ({reason})"
        )
    except psycopg.errors.UndefinedTable:
        _give_up(f"{part}: Die Migrationen fehlen noch. | Its migrations have not run yet.")


def _steps(bar: Progress, part: str) -> Callable[[int], Callable[[], None]]:
    def begin(total: int) -> Callable[[], None]:
        task = bar.add_task(part, total=total)
        return lambda: bar.advance(task)

    return begin


def _record(text: str) -> tuple[str, UUID]:
    kind, _, id_ = text.partition("/")
    try:
        return kind, UUID(id_)
    except ValueError:
        return _give_up(f"TYPE/ID, nicht {text!r}. | TYPE/ID and not {text!r}.")


def _give_up(why: str) -> NoReturn:
    console.print(why)
    raise typer.Exit(NOT_TOLD)
