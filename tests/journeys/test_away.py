"""What is away comes back by itself; until then everybody is told so, and nothing is half done."""

from typing import Any

import httpx

from deploy.local.postgres import Cluster
from tests.journeys.started import Started, until

ITEM = {"title": "Bank", "text": "Hier fehlt eine Bank.", "areas": ["06200419"]}
LEAKS = ("Traceback", "psycopg", "sqlalchemy", "asyncpg", "/lib/python")


def says_so(answer: httpx.Response) -> None:
    """A problem document that says when to try again, and nothing of our insides."""
    assert answer.status_code in {502, 503}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert not [leak for leak in LEAKS if leak in answer.text]


def test_while_the_database_is_away_everything_says_so_and_then_recovers(
    platform: Started,
) -> None:
    public = platform.as_()
    lead = platform.as_("lead@06.sga")
    coordination = platform.as_("district_coordination@06.bezirkskoordination")
    before = public.get("/participation/v1/items?count=exact").json()["total"]
    refused = {"text": "Wir.", "outcome": "will_do"}
    nobody = "00000000-0000-7000-8000-000000000000"

    cluster = Cluster(platform.local / "postgres", durable=True)
    cluster.down()
    try:
        for client, path in (
            (public, "/registry/v1/units"),
            (public, "/datahub/v1/areas"),
            (lead, "/registry/v1/requests"),
        ):
            says_so(client.get(path))
        says_so(public.post("/participation/v1/items", json=ITEM))
        # The gateway decides without its database; it only cannot write the refusal down.
        told = coordination.post(f"/participation/v1/items/{nobody}/answers", json=refused)
        assert told.status_code == 403
        assert public.get("/authority").status_code == 200
    finally:
        cluster.up()

    def status() -> int:
        return public.get("/registry/v1/units").status_code

    until(status, lambda code: code == 200)
    until(lambda: public.get("/datahub/v1/areas").status_code, lambda code: code == 200)
    listed = until(
        lambda: public.get("/participation/v1/items?count=exact"),
        lambda answer: answer.status_code == 200,
    )
    assert listed.json()["total"] == before
    workers_are_back(platform)


def workers_are_back(platform: Started) -> None:
    """Jobs are done again, without anybody having started anything."""
    made = platform.as_().post(
        "/participation/v1/items", json=ITEM | {"point": {"lon": 13.3085, "lat": 52.4096}}
    )
    item = f"/participation/v1/items/{made.raise_for_status().json()['id']}"

    def location() -> Any:
        return platform.as_().get(item).json()["location"]["state"]

    until(location, lambda state: state == "located")


def test_a_killed_service_is_started_again_and_the_others_serve_on(platform: Started) -> None:
    with platform.paused("services.registry.app"):
        says_so(platform.as_().get("/registry/v1/units"))
        assert platform.as_().get("/datahub/v1/areas").status_code == 200
        assert platform.as_().get("/participation/v1/items").status_code == 200

    until(lambda: platform.as_().get("/registry/v1/units").status_code, lambda code: code == 200)
