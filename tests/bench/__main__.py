"""`make bench`: what the gateway and the walls cost, side by side in one run, as ratios."""

import sys

from rich.console import Console

from tests.bench.cached import cached
from tests.bench.decisions import decisions
from tests.bench.forwarding import forwarding
from tests.bench.load import NO_WRK, WRK
from tests.bench.services import services
from tests.bench.serving import NGINX, NO_NGINX
from tests.journeys.started import a_platform

out = Console(width=None if sys.stdout.isatty() else 120)
THEMES = {"forwarding": forwarding, "cached": cached, "services": services}


def main() -> None:
    """Measure and print everything, or the themes named."""
    wanted = sys.argv[1:] or ["decisions", *THEMES]
    if unknown := {*wanted} - {"decisions", *THEMES}:
        sys.exit(f"There is no {', '.join(unknown)}; themes are decisions, {', '.join(THEMES)}.")
    if not WRK:
        out.print(NO_WRK)
    if not NGINX:
        out.print(NO_NGINX)
        wanted = [theme for theme in wanted if theme != "cached"]
    if "decisions" in wanted:
        out.print(decisions())
    if not {*wanted} & {*THEMES}:
        return
    with a_platform() as started:
        for name, theme in THEMES.items():
            if name in wanted:
                out.print(theme(started))


if __name__ == "__main__":
    main()
