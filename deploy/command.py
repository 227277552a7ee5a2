"""The command line, `kiezknoten`: each part brings its own commands, the image has what it has."""

import json
import os
from importlib import import_module
from pathlib import Path

import typer

HOUSE = Path(__file__).parents[1] / ".local/house.json"

app = typer.Typer(
    help="Kiezknoten: coordinate, never instruct.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def on_this_machine() -> None:
    """Fill in the addresses of the house on this machine where the environment names none."""
    if HOUSE.exists():
        house = json.loads(HOUSE.read_text())
        for key, value in (house["environment"] | house.get("owners", {})).items():
            os.environ.setdefault(key, value)


def mount(module: str, attribute: str, name: str | None = None) -> None:
    """Add a part's commands; an image that holds another part goes without them."""
    try:
        commands = getattr(import_module(module), attribute)
    except ModuleNotFoundError as missing:
        if not module.startswith(missing.name or "-"):
            raise
        return
    app.add_typer(commands, name=name)


mount("deploy.local.commands", "local")
mount("services.registry.commands", "registry")
mount("services.datahub.commands", "areas", "areas")
mount("services.datahub.senate_commands", "senate", "senate")
mount("deploy.journal.commands", "journal", "journal")

if __name__ == "__main__":
    app()
