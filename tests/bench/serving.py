"""What is measured, started: each one process on a free port, gone afterwards."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from deploy.local.parts import PARTS, QUIET
from tests.deploy.nginx import PROGRAM, an_nginx
from tests.journeys.started import ROOT, Started, a_free_port

# No caller of the bench is to be told to slow down.
UNLIMITED = {
    "GATEWAY_RATE_PER_ADDRESS": "100000000/minute",
    "GATEWAY_RATE_PER_SUBJECT": "100000000/minute",
}
NGINX = PROGRAM is not None
NO_NGINX = "nginx is not installed (Debian: nginx-light); its rows are missing."


class Served(NamedTuple):
    """Where it answers, and by which processes."""

    address: str
    processes: tuple[int, ...]


@contextmanager
def serving(application: str, **told: str) -> Iterator[Served]:
    """An ASGI application under uvicorn."""
    port = a_free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *QUIET]
    with _running(command, port, told) as served:
        yield served


@contextmanager
def a_gateway(started: Started, **services: str) -> Iterator[Served]:
    """The gateway of a platform once more, as `make up` starts it, with services elsewhere."""
    port = a_free_port()
    (part,) = (part for part in PARTS if part.name == "gateway")
    command = part.command(port)
    command = command[command.index("--") + 1 :]  # without the keeper
    told: dict[str, str] = dict(started.house["environment"])
    places = json.loads(told["GATEWAY_SERVICES"]) | services
    told |= UNLIMITED | {"GATEWAY_SERVICES": json.dumps(places)}
    with _running(command, port, told) as served:
        yield served


@contextmanager
def nginx_before(upstream: str, *, cached: bool = False) -> Iterator[Served]:
    """nginx that forwards over kept connections, or answers from its cache for a minute."""
    port = a_free_port()
    keeping = """
        proxy_cache kept;
        proxy_cache_valid 200 1m;
        proxy_cache_key $request_uri;
        proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
        add_header X-Kept $upstream_cache_status;
    """
    configuration = f"""
        {"proxy_cache_path kept keys_zone=kept:1m;" if cached else ""}
        upstream behind {{ server {upstream.removeprefix("http://")}; keepalive 64; }}
        server {{
            listen 127.0.0.1:{port};
            keepalive_requests 1000000000;
            location / {{
                proxy_pass http://behind;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                {keeping if cached else ""}
            }}
        }}
    """
    before = children(os.getpid())
    with an_nginx(configuration, port) as address:
        httpx.get(address, trust_env=False)  # so that its worker is there
        (leader,) = children(os.getpid()) - before
        yield Served(address, tuple(each for each in children(leader) if is_worker(each)))


def is_worker(process: int) -> bool:
    """Whether it is the one process of nginx that answers."""
    return b"worker process" in Path(f"/proc/{process}/cmdline").read_bytes()


def children(process: int) -> set[int]:
    """The processes that it has started and that run."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return {int(each) for each in found.split()}


@contextmanager
def _running(command: list[str], port: int, told: Mapping[str, str]) -> Iterator[Served]:
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | told,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while True:
            assert process.poll() is None, command
            assert time.monotonic() < until, command
            with suppress(httpx.TransportError):
                httpx.get(address, trust_env=False)
                break
            time.sleep(0.1)
        yield Served(address, (process.pid,))
    finally:
        process.terminate()
        process.wait(20)
