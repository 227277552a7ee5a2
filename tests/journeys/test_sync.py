"""The Senate's systems are read on demand, cut off in the middle, and end as the partner has it."""

import os
import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.journeys.started import Started, until

SENATE = "/datahub/v1/senate"
PARTNERS = {
    "prisma": "indicator-values",
    "wofis": "housing-sites",
    "sofis": "infrastructure-sites",
}
WORKER = "services.datahub.worker"


class Reading:
    """One partner and what the platform has read of it."""

    def __init__(self, platform: Started, name: str) -> None:
        self.name, self.platform = name, platform
        self.staff = platform.as_("data_coordination@06.datenkoordination")
        token = platform.house["environment"]["PARTNER_TOKEN"]
        self.partner = platform.at("partner", authorization=f"Bearer {token}")

    def ask(self) -> Callable[[], dict[str, Any]]:
        """Ask for a run now; what comes back tells where that wish stands."""
        answer = self.staff.post(f"{SENATE}/connectors/{self.name}/runs", json={})
        assert answer.status_code == 201, answer.text
        request = answer.json()["id"]

        def stands() -> dict[str, Any]:
            told: dict[str, Any] = self.staff.get(f"{SENATE}/requests/{request}").json()
            return told

        return stands

    def run(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The run that answered a wish."""
        told: dict[str, Any] = self.staff.get(f"{SENATE}/runs/{asked['run_id']}").json()
        return told

    def read(self) -> dict[str, Any]:
        """One whole run."""
        return self.run(until(self.ask(), lambda asked: asked["standing"] in {"done", "failed"}))

    def kept(self) -> dict[str, Any]:
        """Every record here that is not gone, by its key."""
        records: dict[str, Any] = {}
        cursor = ""
        while True:
            page = self.staff.get(f"{SENATE}/{PARTNERS[self.name]}?limit=500{cursor}").json()
            records |= {each["key"]: each for each in page["items"] if not each["gone_at"]}
            if not page["next"]:
                return records
            cursor = f"&cursor={page['next']}"

    def truth(self) -> dict[str, Any]:
        """Every record the partner has, by its key."""
        state = self.partner.get("/_state").json()[self.name]
        return {each["id"]: each for each in state["records"]}

    def steer(self, mode: str, **how: Any) -> httpx.Response:
        """Change the partner's mood."""
        wish = {"partner": self.name, "mode": mode, **how}
        return self.partner.post("/_mode", json=wish).raise_for_status()

    def is_in_step(self) -> bool:
        """Whether what is kept is what the partner tells, field by field."""
        kept, truth = self.kept(), self.truth()
        plain = {"point", "id", "modified", "gone"}
        return kept.keys() == truth.keys() and all(
            kept[key].get(name, "none") == value
            for key, told in truth.items()
            for name, value in told.items()
            if name not in plain and not isinstance(value, dict) and name in kept[key]
        )


def test_cut_off_in_the_middle_all_three_resume_and_end_as_the_partner_has_it(
    platform: Started,
) -> None:
    readings = [Reading(platform, name) for name in PARTNERS]
    for reading in readings:
        # A house that starts soon after ten past has read everything by its schedule already.
        reading.read()
        reading.partner.post("/_change", json={"partner": reading.name, "add": 200})
        reading.steer("slow", seconds=1)
    asked = [reading.ask() for reading in readings]
    for reading, wish in zip(readings, asked, strict=True):
        until(lambda r=reading, w=wish: r.run(w()), lambda run: run.get("pages", 0) >= 1)  # type: ignore[misc]

    _, worker = platform.kept(WORKER)
    os.kill(worker, signal.SIGKILL)
    for reading in readings:
        reading.steer("normal")

    for reading, wish in zip(readings, asked, strict=True):
        done = reading.run(until(wish, lambda told: told["standing"] == "done"))
        assert done["outcome"] == "done"
        assert done["attempts"] >= 2
        assert reading.truth()
        assert reading.is_in_step()


@pytest.mark.parametrize("name", PARTNERS)
def test_a_second_run_changes_nothing(platform: Started, name: str) -> None:
    reading = Reading(platform, name)
    reading.read()
    before = reading.kept()

    again = reading.read()

    assert (again["new"], again["changed"], again["gone"]) == (0, 0, 0)
    assert reading.kept() == before


def test_what_changes_over_there_changes_here(platform: Started) -> None:
    reading = Reading(platform, "sofis")
    reading.read()
    wish = {"partner": "sofis", "add": 3, "change": 4, "remove": 2}
    reading.partner.post("/_change", json=wish).raise_for_status()

    run = reading.read()

    assert (run["new"], run["changed"], run["gone"]) == (3, 4, 2)
    assert reading.is_in_step()


def test_a_partner_in_trouble_delays_and_corrupts_nothing(platform: Started) -> None:
    reading = Reading(platform, "wofis")
    reading.read()
    before = reading.kept()
    reading.partner.post("/_change", json={"partner": "wofis", "add": 1}).raise_for_status()
    reading.steer("html")
    failed = reading.read()
    reading.steer("normal")

    assert failed["outcome"] == "failed"
    assert failed["failure"]["de"]
    assert reading.kept() == before
    assert reading.read()["new"] == 1


def test_nobody_but_staff_reads_it_and_nobody_here_asks_but_the_data_coordination(
    platform: Started,
) -> None:
    assert platform.as_().get(f"{SENATE}/housing-sites").status_code == 401
    assert platform.as_("partner@06.traeger").get(f"{SENATE}/housing-sites").status_code == 403
    refused = platform.as_("lead@06.sga").post(f"{SENATE}/connectors/wofis/runs", json={})
    assert refused.status_code == 403
    assert refused.json()["who_may"] == ["data_coordination"]
