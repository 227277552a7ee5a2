"""The stub partners over real HTTP, and the data hub beside them on a database of its own."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
import uvicorn

from deploy.local.issuer import new_key
from services.datahub import worker
from services.datahub.senate import actions
from services.datahub.senate.connectors.known import connected
from services.datahub.senate.model import SyncRun
from services.datahub.senate.stub.app import create_app
from shared.database import Sessions
from tests.conftest import admin, url

TOKEN = "known to both"
TABLES = {"prisma": "prisma_value", "wofis": "wofis_site", "sofis": "sofis_site"}
OURS = {"id", "unit", "visibility", "shared_with", "created_at", "modified_at"}
OURS |= {"key", "told_at", "gone_at"}


class Partners:
    """The stub, as its steering wheel is used."""

    def __init__(self, address: str) -> None:
        self.address = address
        headers = {"authorization": f"Bearer {TOKEN}"}
        self.http = httpx.Client(base_url=address, headers=headers, timeout=30)

    def steer(self, partner: str, mode: str, **how: Any) -> None:
        body = {"partner": partner, "mode": mode} | how
        self.http.post("/_mode", json=body).raise_for_status()

    def change(self, partner: str, **how: int) -> list[str]:
        answer = self.http.post("/_change", json={"partner": partner} | how)
        return list(answer.raise_for_status().json()["changed"])

    def truth(self, partner: str) -> dict[str, Any]:
        """What the partner knows, by id: what it says of each record, and since when."""
        known = self.http.get("/_state").raise_for_status().json()[partner]["records"]
        return {record["id"]: comparable(record) for record in known}


def comparable(record: dict[str, Any]) -> Any:
    """A record from the wire as it is compared with a row."""
    says = {k: v for k, v in record.items() if k not in ("id", "modified", "point")}
    point = record.get("point")
    place = (point["easting"], point["northing"]) if point else None
    return datetime.fromisoformat(record["modified"]), place, says


@contextmanager
def partners() -> Iterator[Partners]:
    """The stub on a free port, until the test is over."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(TOKEN), log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        stub = Partners(f"http://127.0.0.1:{listening.getsockname()[1]}")
        try:
            yield stub
        finally:
            stub.http.close()
            server.should_exit = True
            thread.join()


class Datahub:
    """The data hub as far as it reads the Senate's systems."""

    def __init__(self, database: str, sessions: Mapping[str, Sessions], stub: Partners) -> None:
        self.database, self.stub = database, stub
        self.url = url(database, "datahub_service")
        self.parts, self.sessions = sessions, sessions["datahub"]

    async def collect(self, name: str, **how: Any) -> SyncRun:
        """Read a system, due or not."""
        run = await self.collect_if(name, **how)
        assert run
        return run

    async def collect_if(
        self,
        name: str,
        *,
        token: str = TOKEN,
        pauses: tuple[float, ...] = (0.01,),
        patience: float = 5,
        **how: Any,
    ) -> SyncRun | None:
        """Read a system as the worker does, only with less patience."""
        way = connected(
            name,
            f"{self.stub.address}/{name}",
            token,
            pauses=pauses,
            patience=httpx.Timeout(patience),
        )
        async with way as connector:
            return await actions.collect(self.sessions, connector, **how)

    def environment(self, **more: str) -> dict[str, str]:
        """What a worker's process is told."""
        addresses = {name: f"{self.stub.address}/{name}" for name in TABLES}
        _, key = new_key()
        return {
            "DATAHUB_DATABASE_URL": self.url,
            "DATAHUB_GATEWAY_KEY": json.dumps(key),
            "DATAHUB_GATEWAY_URL": "http://127.0.0.1:1",
            "DATAHUB_TOKEN_URL": "http://127.0.0.1:1",
            "DATAHUB_CLIENT_ID": "datahub",
            "DATAHUB_CLIENT_SECRET": "of no importance",
            "DATAHUB_PARTNERS": json.dumps(addresses),
            "DATAHUB_PARTNER_TOKEN": TOKEN,
        } | more

    async def work_off(
        self, before: Callable[[Any], Awaitable[None]] | None = None, concurrency: int = 1
    ) -> None:
        """Run a real worker until no job is left."""
        app = worker.app_for(self.url)
        async with app.open_async():
            if before:
                await before(app)
            # The real clock has its own hours, and they are not this test's.
            app.periodic_registry.periodic_tasks.clear()
            await app.run_worker_async(
                wait=False,
                concurrency=concurrency,
                queues=["senate"],
                install_signal_handlers=False,
                listen_notify=False,
                additional_context={"collect": self.collect_if},
            )

    def rows(self, sql: str, *given: Any) -> list[Any]:
        """What the database holds, seen by eyes that no row policy binds."""
        with admin(self.database) as eyes:
            return eyes.execute(sql, given).fetchall()

    def execute(self, sql: str) -> None:
        """Do something behind everybody's back."""
        with admin(self.database) as eyes:
            eyes.execute(sql)

    def shut_out(self, *, away: bool) -> None:
        """Let the database be away for everybody, or back again."""
        with admin() as eyes:
            allowed = "false" if away else "true"
            eyes.execute(f"ALTER DATABASE {self.database} ALLOW_CONNECTIONS {allowed}")
            if away:
                eyes.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [self.database],
                )

    def kept(self, name: str) -> dict[str, Any]:
        """What is kept of a system, by its ids there, to compare with its truth."""
        place = "NULL, NULL" if name == "prisma" else "ST_X(point), ST_Y(point)"
        rows = self.rows(
            f"SELECT to_jsonb(t) - 'point', told_at, {place} FROM {TABLES[name]} t"
            " WHERE gone_at IS NULL"
        )
        return {
            row["key"]: (
                told_at,
                (east, north) if east is not None else None,
                {column: value for column, value in row.items() if column not in OURS},
            )
            for row, told_at, east, north in rows
        }

    def untouched(self, name: str) -> list[Any]:
        """Every row down to the transaction that wrote it."""
        return self.rows(f"SELECT xmin::text, t::text FROM {TABLES[name]} t ORDER BY id")

    def runs(self, name: str) -> list[Any]:
        """Pages, seen, new, changed, gone, unchanged and failure of each run, in order."""
        return self.rows(
            """SELECT pages, seen, "new", changed, gone, unchanged, failure FROM sync_run
            WHERE unit = %s ORDER BY id""",
            f"be.{name}",
        )


@contextmanager
def a_worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A worker's own process, which is ended at the end whatever happened."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATAHUB_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.datahub.worker"],
        env=kept | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def until(true: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.05)
