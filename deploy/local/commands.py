"""Commands for the house on this machine: its demo persons and their tokens."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.demo import CLIENTS, PERSONS, name
from deploy.local.identity import demo_token

HOUSE = Path(__file__).parents[2] / ".local/house.json"
local = typer.Typer()
out = Console()


def the_house() -> dict[str, Any]:
    """Where everything of the running, or last, house is; in a container, the environment says."""
    if "IDENTITY_KEY" in os.environ:
        return {"environment": dict(os.environ)}
    if not HOUSE.exists():
        raise typer.BadParameter("There is no house yet: run `make up` first.")
    found: dict[str, Any] = json.loads(HOUSE.read_text())
    return found


@local.command()
def hats(
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """List the demo persons: hat, unit and regions."""
    rows = [
        {"hat": hat.role.value, "unit": hat.unit, "regions": list(hat.regions)} for hat in PERSONS
    ]
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
        return
    table = Table("hat@unit", "regions")
    for hat in PERSONS:
        table.add_row(name(hat), " ".join(hat.regions))
    out.print(table)


@local.command()
def token(
    hat: Annotated[str, typer.Option("--as", metavar="HAT@UNIT", help="see `kiezknoten hats`")],
) -> None:
    """Print an access token for a demo person; it is good for an hour."""
    if hat not in CLIENTS:
        raise typer.BadParameter(f"nobody wears {hat!r}; `kiezknoten hats` lists them all")
    sys.stdout.write(demo_token(the_house(), hat) + "\n")
