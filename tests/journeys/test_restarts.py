"""Under a small constant load every part is killed; nobody gets worse than a problem document."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.journeys.started import Started, until

READ = {
    "registry": "/registry/v1/units?limit=1",
    "datahub": "/datahub/v1/areas?limit=1",
    "participation": "/participation/v1/items?limit=1",
}
ITEMS = "/participation/v1/items"
PAUSE = 0.05


@dataclass
class Load:
    """A reader for each service and one writer, and everything they were told."""

    platform: Started
    word: str = field(default_factory=lambda: uuid4().hex[:12])
    told: list[tuple[str, httpx.Response | httpx.TransportError]] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """From now on everybody asks."""
        self.threads = [threading.Thread(target=self.read, args=[part]) for part in READ]
        self.threads.append(threading.Thread(target=self.write))
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Nobody asks any more."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def read(self, part: str) -> None:
        """Ask one service again and again, signed in: what the public reads may be kept."""
        client = self.platform.as_("lead@06.sga")
        while not self.stopping.wait(PAUSE):
            self.note(part, client, "GET", READ[part])

    def write(self) -> None:
        """Send a wish under its key until it is acknowledged; then the next one."""
        client, number = self.platform.as_(), 0
        while not self.stopping.is_set():
            number += 1
            title, key = f"{self.word} {number}", str(uuid4())
            wish = {"title": title, "text": "Hier fehlt eine Bank.", "areas": ["06200419"]}
            while not self.stopping.wait(2 * PAUSE):
                answer = self.note(
                    "participation",
                    client,
                    "POST",
                    ITEMS,
                    json=wish,
                    headers={"idempotency-key": key},
                )
                if answer is not None and answer.status_code == 201:
                    self.acknowledged[title] = answer.json()["id"]
                    break

    def note(
        self, part: str, client: httpx.Client, method: str, path: str, **more: Any
    ) -> httpx.Response | None:
        """Ask, and keep what came back."""
        try:
            answer = client.request(method, path, **more)
        except httpx.TransportError as error:
            self.told.append((part, error))
            return None
        self.told.append((part, answer))
        return answer

    def since(self, mark: int) -> list[tuple[str, httpx.Response]]:
        """The answers since then; a connection that broke is none, and must not have been."""
        broken = [each for each in self.told[mark:] if isinstance(each[1], httpx.TransportError)]
        assert broken == []
        return [(part, it) for part, it in self.told[mark:] if isinstance(it, httpx.Response)]

    def kept(self) -> list[tuple[str, str]]:
        """Title and id of everything of ours that the service holds."""
        client, found, cursor = self.platform.as_(), [], ""
        while True:
            page = client.get(f"{ITEMS}?limit=1000{cursor}").raise_for_status().json()
            found += [(each["title"], each["id"]) for each in page["items"]]
            if not page["next"]:
                return [each for each in found if (each[0] or "").startswith(self.word)]
            cursor = f"&cursor={page['next']}"


@pytest.fixture
def load(platform: Started) -> Iterator[Load]:
    """The load, for as long as a test lasts."""
    load = Load(platform)
    load.begin()
    try:
        until(lambda: len(load.acknowledged), lambda number: number > 1)
        yield load
    finally:
        load.end()


def is_served(load: Load, part: str) -> None:
    """Return when the part answers every time again, for a while."""

    def lately() -> list[bool]:
        return [
            isinstance(answer, httpx.Response) and answer.status_code in {200, 201}
            for name, answer in load.told[-60:]
            if name == part
        ]

    until(lately, lambda served: len(served) > 8 and all(served))


def is_fine_or_a_problem(answer: httpx.Response) -> None:
    if answer.status_code in {200, 201}:
        return
    assert answer.status_code in {502, 503, 504}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["detail"]


def nothing_is_lost_or_done_twice(load: Load) -> None:
    """What was acknowledged is there, once; what was not is there at most once."""
    load.end()
    kept = load.kept()
    titles = [title for title, _ in kept]
    assert len(titles) == len(set(titles))
    assert load.acknowledged.items() <= dict(kept).items()
    assert len(titles) - len(load.acknowledged) in {0, 1}


@pytest.mark.parametrize(
    "parts", [["registry", "datahub"], ["participation"]], ids=["the others", "participation"]
)
def test_services_killed_under_load_leave_problems_and_come_back_without_help(
    platform: Started, load: Load, parts: list[str]
) -> None:
    mark, began = len(load.told), time.monotonic()
    for part in parts:
        _, child = platform.kept(f"services.{part}.app")
        os.kill(child, signal.SIGKILL)
    for part in parts:
        until(lambda part=part: worse(load, part, mark), bool)  # type: ignore[misc]
    for part in parts:
        is_served(load, part)

    for name, answer in load.since(mark):
        is_fine_or_a_problem(answer)
        assert name in parts or answer.status_code in {200, 201}
    assert time.monotonic() - began < 40
    nothing_is_lost_or_done_twice(load)


def worse(load: Load, part: str, mark: int) -> list[int]:
    """What the part's callers were told that they had not asked for."""
    return [
        it.status_code for name, it in load.since(mark) if name == part and it.status_code >= 500
    ]


def test_o9_a_gateway_started_again_under_load_serves_on(platform: Started, load: Load) -> None:
    _, child = platform.kept("gateway.app")
    mark = len(load.told)
    os.kill(child, signal.SIGTERM)
    until(lambda: [it for _, it in load.told[mark:] if isinstance(it, Exception)], bool)
    for part in READ:
        is_served(load, part)

    told = [it for _, it in load.told[mark:]]
    # Refused or closed while nobody listens, but never cut off within an answer.
    for answer in told:
        if isinstance(answer, httpx.Response):
            is_fine_or_a_problem(answer)
        else:
            assert isinstance(answer, httpx.ConnectError | httpx.ReadError | httpx.WriteError) or (
                "without sending a response" in str(answer)
            ), answer
    nothing_is_lost_or_done_twice(load)
