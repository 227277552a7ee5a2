"""The processes of the platform, as `make up` starts them."""

import sys
from dataclasses import dataclass

CLOSED = ("--host", "127.0.0.1", "--no-server-header", "--no-proxy-headers")
QUIET = ("--log-level", "warning", "--no-access-log")
# Callers come to the gateway only; its protocol is strict where uvicorn's own is forbearing.
STRICT = ("--http", "gateway.entrance.door:Door", "--ws", "none")
# Whoever is being answered is answered to the end; less than what `processes.GRACE` grants.
SWIFT = ("--timeout-graceful-shutdown", "10")


@dataclass(frozen=True)
class Part:
    """One process: a factory that uvicorn serves, or a module that works without being asked."""

    name: str
    factory: str = ""
    module: str = ""
    options: tuple[str, ...] = ()

    def command(self, port: int | None) -> list[str]:
        """What starts it; its keeper starts it again when it falls."""
        keeper = [sys.executable, "-m", "deploy.local.keep", "--"]
        if port is None:
            return [*keeper, sys.executable, "-m", self.module]
        serve = [sys.executable, "-m", "uvicorn", "--factory", self.factory]
        return [*keeper, *serve, "--port", str(port), *CLOSED, *QUIET, *SWIFT, *self.options]


PARTS = (
    Part("gateway", factory="gateway.app:from_environment", options=STRICT),
    Part("registry", factory="services.registry.app:from_environment"),
    Part("datahub", factory="services.datahub.app:from_environment"),
    Part("participation", factory="services.participation.app:from_environment"),
    Part("identity", factory="deploy.local.identity:from_environment"),
    Part("partner", factory="services.datahub.senate.stub.app:from_environment"),
    Part("datahub-worker", module="services.datahub.worker"),
    Part("participation-worker", module="services.participation.worker"),
)
