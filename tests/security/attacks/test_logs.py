"""O4, O8, H10: what is in the logs, and what of the house can be seen from outside."""

import json
import re
import socket
from uuid import uuid4

import psycopg
import pytest

from deploy.local.postgres import Cluster
from tests.journeys.started import Started, until
from tests.security.attacks.wire import request, told

COORDINATION = "district_coordination@06.bezirkskoordination"
LEAD = "lead@06.sga"
ITEM = {"title": "Bank", "text": "Hier fehlt eine Bank.", "areas": ["06200419"]}
ASKED = {"addressee": "06.jugendamt", "question": "Wie viele?", "wished_by": "2030-01-31"}
SECRET = "geheim-" + "x" * 8


def test_o4_no_token_body_or_name_is_in_a_log(platform: Started) -> None:
    """What was sent with a secret in every place is looked for in all that the processes say."""
    client = platform.as_(LEAD)
    token = client.headers["authorization"].removeprefix("Bearer ")
    fields = {"user-agent": SECRET, "cookie": f"a={SECRET}", "referer": f"http://{SECRET}/"}
    draft = ASKED | {"question": SECRET, "purpose": f"für Erika {SECRET}"}
    client.post("/registry/v1/requests", json=draft, headers=fields).raise_for_status()
    client.post("/registry/v1/requests", json={"question": SECRET})
    client.get(f"/registry/v1/units/{SECRET}", headers=fields)
    client.get(f"/{SECRET}/v1/units?name={SECRET}", headers=fields)
    client.get(f"/registry/v1/units?{SECRET}=1")
    item = ITEM | {"text": f"Erika {SECRET}", "point": {"lon": 13.3085, "lat": 52.4096}}
    link = platform.as_().post("/participation/v1/items", json=item)
    bad = {"authorization": f"Bearer {SECRET}", "idempotency-key": SECRET}
    platform.as_(**bad).post("/registry/v1/requests", json=draft)
    last = platform.as_(**{"x-request-id": "the-last-of-these"}).get("/registry/v1/units")
    assert last.status_code == 200
    said = until(lambda: platform.said, lambda text: text.count("the-last-of-these") >= 2)

    assert link.status_code == 201
    hidden = [SECRET, token, token.split(".")[2], link.headers["x-contribution-link"], "Erika"]
    assert [word for word in hidden if word in said] == []
    assert "Bearer" not in said
    assert "eyJ" not in said


BREAKS = [
    "%0d%0aforged",
    "a\tb-forged",
    '", "forged": "',
    "x" * 65 + "forged",
    "forged ü",
    "{forged}",
]
AMBIGUOUS = [
    "X-Request-Id: a\rforged: 1",
    "X-Request-Id: a\nforged-b",
    "X-Request-Id: aaaaaaaa\r\nX-Request-Id: bbbbbbbb",
    "X-Request-Id: a\0forged",
]


@pytest.mark.parametrize("given", BREAKS)
def test_h10_o4_a_request_id_that_is_no_plain_word_is_replaced(
    platform: Started, given: str
) -> None:
    answer = told(
        platform.address, request("GET /registry/v1/units HTTP/1.1", f"X-Request-Id: {given}")
    )

    assert answer.status == 200
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", answer.headers["x-request-id"])
    assert "forged" not in answer.whole


@pytest.mark.parametrize("line", AMBIGUOUS)
def test_h10_an_ambiguous_request_id_is_refused(platform: Started, line: str) -> None:
    answer = told(platform.address, request("GET /registry/v1/units HTTP/1.1", line))

    assert answer.status == 400
    assert "forged" not in answer.whole


def test_h10_every_log_line_is_one_object_whatever_was_sent(platform: Started) -> None:
    for given in BREAKS:
        told(platform.address, request("GET /registry/v1/units HTTP/1.1", f"X-Request-Id: {given}"))
    told(platform.address, request("GET /registry/v1/units%0aforged HTTP/1.1"))

    lines = [line.partition("| ")[2] for line in platform.said.splitlines() if "| {" in line]
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert "forged" not in platform.said


def test_h10_a_request_id_used_twice_confuses_nobody(platform: Started) -> None:
    """It follows a request through the house and identifies nobody: each entry says who."""
    id_ = f"twice-{uuid4()}"
    for hat in (LEAD, COORDINATION):
        client = platform.as_(hat, **{"x-request-id": id_})
        client.post("/registry/v1/requests", json=ASKED).raise_for_status()

    cluster = Cluster(platform.local / "postgres", durable=True)
    address = cluster.url("registry", "postgres").replace("+psycopg", "")
    with psycopg.connect(address) as eyes:
        told_apart = "SELECT DISTINCT unit, subject FROM journal WHERE request_id = %s"
        assert len(eyes.execute(told_apart, [id_]).fetchall()) == 2


INSIDE = [
    "/metrics",
    "/health",
    "/health/metrics",
    "/health/../metrics",
    "/health/%2e%2e/metrics",
    "/health//metrics",
    "/registry/metrics",
    "/registry/health/live",
    "/registry/v1/metrics",
    "/registry/v1/health/ready",
    "/datahub/v1/docs",
    "/redoc",
    "/docs/oauth2-redirect",
    "/registry/v1/openapi.json",
    "/server-status",
    "/debug",
]


@pytest.mark.parametrize("path", INSIDE)
def test_o8_what_is_for_the_house_alone_is_not_served(platform: Started, path: str) -> None:
    answer = told(platform.address, request(f"GET {path} HTTP/1.1"))

    assert answer.status in {400, 404}
    assert "kiez_request_seconds" not in answer.whole
    assert "python_info" not in answer.whole


def test_o8_health_says_that_it_is_well_and_no_more(platform: Started) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = platform.as_().get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert not {"server", "x-powered-by"} & set(answer.headers)


def test_o8_the_services_listen_to_the_house_alone(platform: Started) -> None:
    """From this machine's own address, not the loopback one, nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        outside = probe.getsockname()[0]
    for part, port in platform.house["ports"].items():
        with pytest.raises(OSError):  # noqa: PT011 - refused, whichever way
            socket.create_connection((outside, port), timeout=1).close()
        assert part


def test_o8_a_service_itself_believes_nobody_without_the_gateways_word(
    platform: Started,
) -> None:
    for path in ("/registry/v1/units", "/registry/v1/events/tally"):
        direct = platform.at("registry").get(path)
        assert direct.status_code == 401
