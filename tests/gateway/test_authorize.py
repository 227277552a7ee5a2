"""Another proxy gets the gateway's own decision, and nobody else gets any."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.contracts import SERVICES
from gateway.contracts import HERE, committed
from shared.authority import Hat, Refuse, Role, decide
from shared.database import Sessions
from tests.house import COORDINATION, JUGENDAMT, QUESTION, House

SECRET = "a proxy's secret of thirty-two and more"
ITEMS = "/participation/v1/items"
OPERATIONS = [each for each in committed() if each.service != HERE]


def a_house(sessions: Mapping[str, Sessions]) -> House:
    return House(sessions, SERVICES, proxy_secret=SECRET)


@pytest.fixture
def asked(sessions: dict[str, Sessions]) -> House:
    """A house that answers proxies."""
    return a_house(sessions)


@pytest.fixture
def closed(sessions: dict[str, Sessions]) -> House:
    """Such a house whose services have no database, for nobody gets as far."""
    return a_house({"gateway": sessions["gateway"]})


async def by_nginx(
    house: House, method: str, address: str, *hats: Hat, **more: str
) -> httpx.Response:
    """What nginx is answered about this request."""
    said = {"x-proxy-secret": SECRET, "x-original-method": method, "x-original-uri": address}
    return await house.as_(*hats, at="").get("/authorize", headers=said | more)


async def by_envoy(house: House, method: str, address: str, *hats: Hat) -> httpx.Response:
    """What Envoy is answered about this request."""
    client = house.as_(*hats, at="")
    return await client.request(
        method, f"/authorize{address}", headers={"x-proxy-secret": SECRET, "content-length": "0"}
    )


async def rules(house: House) -> list[str]:
    answer = await house.as_(Hat(Role.AUDITOR, "06.ba"), at="").get("/refusals")
    return [each["rule"] for each in answer.raise_for_status().json()["items"]]


async def at_the_service(house: House, method: str, address: str, **headers: str) -> int:
    """What a service says to whoever comes with these header fields."""
    url = f"http://registry{address}"
    answer = await house.upstream.handle_async_request(
        httpx.Request(method, url, headers=headers, json=QUESTION)
    )
    return answer.status_code


@pytest.mark.parametrize("role", Role)
async def test_it_is_the_pages_decision_for_every_operation(closed: House, role: Role) -> None:
    hat = Hat(role, "person" if role is Role.CITIZEN else "06.spk")
    hats = [] if role is Role.PUBLIC else [hat]
    for each in OPERATIONS:
        address = each.template.replace("{", "").replace("}", "")
        answer = await by_nginx(closed, each.method, address, *hats)
        refused = isinstance(decide(hat, each.act), Refuse)
        expected = (401 if role is Role.PUBLIC else 403) if refused else 200
        assert answer.status_code == expected, (each, answer.text)
        assert ("x-internal-authorization" in answer.headers) is not refused
    assert closed.upstream.asked == []


async def test_the_token_opens_the_act_that_was_decided_on_and_no_other(asked: House) -> None:
    address = f"/registry/v1/requests/{await asked.a_request('06.spk', '06.jugendamt')}"
    answer = await by_nginx(asked, "GET", f"{address}?f=x", COORDINATION)

    token = {"authorization": answer.headers["x-internal-authorization"]}
    assert await at_the_service(asked, "GET", address, **token) == 200
    assert await at_the_service(asked, "POST", f"{address}/reminders", **token) == 401


@pytest.mark.parametrize(
    ("method", "address", "hats", "status"),
    [
        ("GET", "/registry/v1/nosuch", [], 404),
        ("GET", "/registry/v1//units", [], 400),
        ("GET", "/registry/v1/%75nits", [], 400),
        ("GET", "/registry/v1/../v1/units", [], 400),
        ("get", "/registry/v1/units", [], 405),
        ("DELETE", "/registry/v1/units", [], 405),
        ("POST", "/registry/v1/requests", [], 401),
        ("POST", "/registry/v1/requests", [JUGENDAMT, COORDINATION], 400),
        ("POST", "/registry/v1/requests", [Hat(Role.AUDITOR, "06.ba")], 403),
    ],
)
async def test_a_refusal_reads_as_the_gateways_own(
    asked: House, method: str, address: str, hats: list[Hat], status: int
) -> None:
    own = await asked.as_(*hats, at="").request(method, f"http://gateway{address}")
    answer = await by_nginx(asked, method, address, *hats)

    assert answer.status_code == status
    if "/../" not in address and method.isupper():  # which a client tidies
        assert (own.status_code, own.json()) == (status, answer.json())
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x-internal-authorization" not in answer.headers


async def test_what_nginx_hands_over_is_left_for_the_gate_to_write_down(asked: House) -> None:
    auditor = Hat(Role.AUDITOR, "06.ba")
    for ask, written in ((by_nginx, []), (by_envoy, ["not-your-act"])):
        answer = await ask(asked, "POST", "/registry/v1/requests", auditor)
        assert answer.status_code == 403
        assert await rules(asked) == written


async def test_envoy_asks_by_the_original_method_and_address(asked: House) -> None:
    address = f"/registry/v1/requests/{await asked.a_request('06.spk', '06.jugendamt')}"
    answer = await by_envoy(asked, "GET", address, COORDINATION)
    refused = await by_envoy(asked, "DELETE", address, COORDINATION)

    token = {"authorization": answer.headers["authorization"]}
    assert await at_the_service(asked, "GET", address, **token) == 200
    assert (refused.status_code, refused.json()["allowed"]) == (405, ["GET"])


async def test_a_first_contribution_gets_its_link_and_the_same_one_again(closed: House) -> None:
    key = {"idempotency-key": str(uuid4())}
    first, again = [await by_nginx(closed, "POST", ITEMS, **key) for _ in range(2)]
    other = await by_nginx(closed, "POST", ITEMS)
    reading = await by_nginx(closed, "GET", ITEMS)

    links = [answer.headers.get("x-contribution-link") for answer in (first, again, other)]
    assert links[0] == links[1] != links[2]
    assert all(links)
    assert "x-contribution-link" not in reading.headers


async def test_a_body_too_large_is_refused_before_it_is_sent(closed: House) -> None:
    sizes = {"1048576": 200, "1048577": 413}
    for size, status in sizes.items():
        answer = await by_nginx(closed, "POST", ITEMS, **{"x-original-content-length": size})
        assert answer.status_code == status


async def test_another_host_is_refused_here_as_well() -> None:
    house = House({}, SERVICES, proxy_secret=SECRET, hosts=frozenset({"kiez.example"}))
    statuses = []
    for host in ("kiez.example", "elsewhere.example"):
        answer = await by_nginx(house, "GET", "/registry/v1/units", host=host)
        statuses.append(answer.status_code)

    assert statuses == [200, 421]


async def test_the_gateways_own_pages_are_not_forwarded(closed: House) -> None:
    assert (await by_nginx(closed, "GET", "/authority")).status_code == 404


async def test_an_answer_is_nobodys_to_keep(closed: House) -> None:
    for address in ("/registry/v1/units", "/registry/v1/nosuch"):
        answer = await by_nginx(closed, "GET", address)
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["x-original-method", "x-original-uri"])
@pytest.mark.parametrize("times", [0, 2])
async def test_method_and_address_are_said_once(closed: House, name: str, times: int) -> None:
    said = {"x-original-method": "GET", "x-original-uri": "/registry/v1/units"}
    fields = [(key, value) for key, value in said.items() if key != name]
    fields += [("x-proxy-secret", SECRET), *[(name, said[name])] * times]

    answer = await closed.as_(at="").get("/authorize", headers=fields)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "secrets",
    [[], [""], ["x"], [SECRET[:-1]], [SECRET + "x"], [SECRET, SECRET], [SECRET, "x"]],
    ids=["none", "empty", "short", "cut", "long", "twice", "and another"],
)
@pytest.mark.parametrize("path", ["/authorize", "/authorize/registry/v1/units"])
async def test_for_a_stranger_it_does_not_exist(
    closed: House, path: str, secrets: list[str]
) -> None:
    fields = [("x-original-method", "GET"), ("x-original-uri", "/registry/v1/units")]
    fields += [("x-proxy-secret", secret) for secret in secrets]

    answer = await closed.as_(at="").get(path, headers=fields)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert "bearer" not in str(answer.headers).lower()


@pytest.mark.parametrize("secret", ["", SECRET])
async def test_without_a_secret_in_the_settings_nobody_may_ask(secret: str) -> None:
    fields: dict[str, Any] = {
        "x-proxy-secret": secret,
        "x-original-method": "GET",
        "x-original-uri": "/registry/v1/units",
    }
    answer = await House({}).as_(at="").get("/authorize", headers=fields)

    assert answer.status_code == 404


def test_a_secret_that_could_be_guessed_stops_the_start() -> None:
    for secret in ("", "x" * 31):
        with pytest.raises(ValueError, match="proxy_secret"):
            House({}, SERVICES, proxy_secret=secret)


async def test_who_asks_too_much_is_told_so_behind_a_proxy_as_well(
    sessions: dict[str, Sessions],
) -> None:
    house = House(
        {"gateway": sessions["gateway"]}, proxy_secret=SECRET, rate_per_address="3/minute"
    )
    statuses = []
    for _ in range(4):
        answer = await by_nginx(house, "GET", "/registry/v1/units")
        statuses.append(answer.status_code)

    assert statuses == [200, 200, 200, 429]
    assert answer.headers["ratelimit"].startswith('"address";r=0')
