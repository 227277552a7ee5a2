"""The real nginx of the machine, on free ports and in a folder of its own."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.journeys.started import ROOT, a_free_port

TEMPLATE = ROOT / "deploy/nginx/kiezknoten.conf.template"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
MISSING = "nginx is not installed (Debian: nginx-light)"
FOLDERS = ("body", "proxy", "fastcgi", "uwsgi", "scgi")
AROUND = """
daemon off;
pid {place}/nginx.pid;
worker_processes 1;
error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/kiezknoten.conf;
}}
"""


def filled_in(values: Mapping[str, str]) -> str:
    """The example configuration, as envsubst would leave it."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], TEMPLATE.read_text())


@contextmanager
def an_nginx(configuration: str, port: int) -> Iterator[str]:
    """nginx with this within `http`, as whoever runs the tests; its address."""
    assert PROGRAM, MISSING
    with TemporaryDirectory(prefix="nginx") as name:
        place = Path(name)
        place.chmod(0o755)
        for folder in FOLDERS:
            (place / folder).mkdir()
        (place / "kiezknoten.conf").write_text(configuration)
        (place / "nginx.conf").write_text(AROUND.format(place=place))
        command = [PROGRAM, "-p", name, "-c", f"{name}/nginx.conf", "-e", f"{name}/error.log"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait(process, place, port)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(20)


def in_front(secret: str, **services: str) -> tuple[str, int]:
    """The example configuration before these, and its port."""
    port = a_free_port()
    return filled_in({"LISTEN": f"127.0.0.1:{port}", "PROXY_SECRET": secret, **services}), port


def _wait(process: "subprocess.Popen[bytes]", place: Path, port: int) -> None:
    until = time.monotonic() + 10
    while True:
        assert process.poll() is None, (place / "error.log").read_text()
        assert time.monotonic() < until, (place / "error.log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
