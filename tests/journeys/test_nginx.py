"""nginx forwards, the gateway decides: the same answers as through the gateway alone."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.deploy.nginx import MISSING, PROGRAM, an_nginx, in_front
from tests.house import QUESTION
from tests.journeys.started import PROXY_SECRET, Started, until
from tests.journeys.test_concern import CONCERN, ITEMS, LEAD, OFFICE, WORDS, located

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)

REQUESTS = "/registry/v1/requests"
COORDINATION = "district_coordination@06.bezirkskoordination"
PARTS = ("gateway", "registry", "datahub", "participation")


@pytest.fixture(scope="module")
def front(platform: Started) -> Iterator[str]:
    """nginx before the platform; its address."""
    # The gateway is kept on its public port.
    places = {name.upper(): f"127.0.0.1:{platform.house['ports'][name]}" for name in PARTS}
    configuration, port = in_front(PROXY_SECRET, **places)
    with an_nginx(configuration, port) as address:
        yield address


class Both:
    """The same caller, through nginx and through the gateway."""

    def __init__(self, platform: Started, front: str, hat: str = "", **headers: str) -> None:
        self.direct = platform.as_(hat, **headers)
        self.through = platform.as_(hat, **headers)
        self.through.base_url = httpx.URL(front)

    def ask(self, method: str, path: str, **more: Any) -> tuple[httpx.Response, httpx.Response]:
        return self.through.request(method, path, **more), self.direct.request(method, path, **more)


def telling(answer: httpx.Response) -> dict[str, str]:
    """What an answer's header fields say, but for what differs from one to the next."""
    own = {"date", "server", "connection", "x-request-id", "transfer-encoding", "content-length"}
    # nginx has no cache of its own here, and what one has taken grows with each request.
    own |= {"cache-status", "age", "ratelimit", "ratelimit-policy"}
    return {name: value for name, value in answer.headers.items() if name not in own}


def test_a_concern_goes_its_way_through_nginx(platform: Started, front: str) -> None:
    public, office = Both(platform, front).through, Both(platform, front, OFFICE).through
    submitted = public.post(ITEMS, json=CONCERN)
    assert submitted.status_code == 201, submitted.text
    link = submitted.headers["x-contribution-link"]
    item = f"{ITEMS}/{submitted.json()['id']}"
    located(platform, item)

    routed = Both(platform, front, COORDINATION).through.post(
        f"{item}/routings", json={"addressee": "06.sga", "reason": "Radwege unterhält das SGA."}
    )
    assert routed.status_code == 201, routed.text
    routing = f"/participation/v1/routings/{routed.json()['id']}"
    taken = office.post(f"{routing}/replies", json={"outcome": "accepted"})
    assert taken.status_code == 201, taken.text
    drafted = office.post(f"{item}/answers", json=WORDS)
    assert drafted.status_code == 201, drafted.text
    published = Both(platform, front, LEAD).through.post(
        f"/participation/v1/answers/{drafted.json()['id']}/publication",
        json={"version": 1},
        headers={"if-match": drafted.headers["etag"]},
    )
    assert published.status_code == 201, published.text
    assert public.get(f"{item}/status").json()["standing"] == "answered"

    mine = Both(platform, front, **{"x-contribution-link": link}).through
    withdrawn = mine.post(f"{item}/withdrawal")
    assert withdrawn.status_code == 201, withdrawn.text
    assert "x-contribution-link" not in withdrawn.headers


@pytest.mark.parametrize(
    ("hat", "method", "path", "status"),
    [
        ("", "GET", "/registry/v1/units?limit=3", 200),
        ("", "GET", "/registry/v1/units?nosuch=3", 400),
        ("", "GET", "/registry/v1/nosuch", 404),
        ("", "DELETE", "/registry/v1/units", 405),
        ("", "GET", "/registry/v1/requests/01890a5d-ac96-774b-bcce-b302099a8057", 404),
        ("", "POST", REQUESTS, 401),
        ("auditor@06.bezirksamt", "POST", REQUESTS, 403),
        (COORDINATION, "POST", REQUESTS, 422),
        ("", "GET", "/authority?f=json", 200),
        ("", "GET", "/nosuch", 404),
        ("", "GET", "/authorize", 404),
        ("", "GET", "/authorize/registry/v1/units", 404),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_answer_is_the_same_as_the_gateways(
    platform: Started, front: str, hat: str, method: str, path: str, status: int, language: str
) -> None:
    both = Both(platform, front, hat, **{"accept-language": language})
    more: dict[str, Any] = {"json": {}} if method == "POST" else {}

    through, direct = both.ask(method, path, **more)

    assert (through.status_code, direct.status_code) == (status, status), through.text
    assert through.json() == direct.json()
    assert telling(through) == telling(direct)
    assert ("x-request-id" in through.headers) == ("x-request-id" in direct.headers)
    assert len(through.headers.get_list("www-authenticate")) == (status == 401)


def test_a_request_keeps_its_id_through_the_house(platform: Started, front: str) -> None:
    request_id = "follow-me-through-nginx"
    public = Both(platform, front, **{"x-request-id": request_id}).through

    assert public.post(ITEMS, json=CONCERN).headers["x-request-id"] == request_id
    told = until(
        lambda: [line for line in platform.said.splitlines() if request_id in line],
        lambda lines: len(lines) > 1,
    )
    for part in ("gateway", "participation"):
        assert [line for line in told if f'"service":"{part}"' in line], told


def test_the_same_key_gives_the_same_answer_once(platform: Started, front: str) -> None:
    public = Both(platform, front, **{"idempotency-key": str(uuid4())}).through
    first, again = public.post(ITEMS, json=CONCERN), public.post(ITEMS, json=CONCERN)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["x-contribution-link"] == again.headers["x-contribution-link"]


def test_what_is_refused_is_on_record_once_whoever_refused_it(
    platform: Started, front: str
) -> None:
    """The page refuses before nginx forwards; the service refuses after. Both come to the gate."""
    made = Both(platform, front, COORDINATION).through.post(
        REQUESTS, json=QUESTION | {"addressee": "06.jugendamt", "visibility": "public"}
    )
    assert made.status_code == 201, made.text
    request = f"{REQUESTS}/{made.json()['id']}"
    by_page, by_service = "refused-by-the-page", "refused-by-the-service"

    auditor = Both(platform, front, "auditor@06.bezirksamt", **{"x-request-id": by_page}).through
    office = Both(platform, front, LEAD, **{"x-request-id": by_service}).through
    assert auditor.post(f"{request}/replies", json={"outcome": "accepted"}).status_code == 403
    refused = office.post(f"{request}/replies", json={"outcome": "accepted"})

    assert (refused.status_code, refused.json()["unit"]) == (403, "06.jugendamt")
    kept = platform.as_("auditor@06.bezirksamt").get("/refusals").json()["items"]
    rules = [(each["request_id"], each["rule"]) for each in kept]
    assert rules.count((by_page, "not-your-act")) == 1
    assert rules.count((by_service, "not-yours")) == 1


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_in_the_gateways_words(
    platform: Started, front: str, chunked: bool, language: str
) -> None:
    both = Both(platform, front, COORDINATION, **{"accept-language": language})
    body = b"x" * 1_048_577

    through = both.through.post(REQUESTS, content=iter([body]) if chunked else body)
    direct = both.direct.post(REQUESTS, content=body)

    assert through.status_code == 413, through.text
    assert through.json() == direct.json()
    assert telling(through) == telling(direct)


def test_while_a_service_is_away_nginx_says_so_as_the_gateway_does(
    platform: Started, front: str
) -> None:
    both = Both(platform, front)
    with platform.paused("services.datahub.app"):
        through, direct = both.ask("GET", "/datahub/v1/areas")
        assert both.through.get("/registry/v1/units").status_code == 200

    assert (through.status_code, direct.status_code) == (502, 502)
    assert through.json() == direct.json()
    assert telling(through) == telling(direct)


@pytest.mark.parametrize("path", ["/registry/v1/units", "/authority"])
def test_without_the_gateway_nothing_passes(platform: Started, front: str, path: str) -> None:
    """Killed, and stopped in the middle: whoever cannot be asked has not said yes."""
    public = Both(platform, front).through
    with platform.paused("gateway.app"):
        answer = public.get(path)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/away"
    assert answer.headers["retry-after"] == "5"
    until(lambda: public.get(path).status_code, lambda status: status == 200)
