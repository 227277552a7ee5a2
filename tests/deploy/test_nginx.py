"""The example configuration for nginx says what the gateway says."""

import re

import httpx
import pytest

from gateway.authorize import PROXYS
from gateway.forwarding.proxy import FORWARDED
from gateway.settings import GatewaySettings
from shared.problems import known_refusals
from tests.deploy.nginx import MISSING, PROGRAM, TEMPLATE, an_nginx, filled_in, in_front
from tests.deploy.recorder import a_recorder

# What the gateway says to a service itself, and what belongs to the connection.
OURS = {"host", "connection", "authorization", "x-request-id", "accept-encoding"}
WRITTEN = TEMPLATE.read_text()


def block(head: str) -> str:
    """What stands in the block that begins so."""
    found = re.search(rf"^    {re.escape(head)}[^\n]*{{$(.*?)^    }}$", WRITTEN, re.M | re.S)
    assert found, head
    return found[1]


def fields(head: str) -> dict[str, str]:
    """The header fields that a block sets, with their values."""
    found = re.findall(r"proxy_set_header (\S+) (.+);", block(head))
    assert len(found) == len({name.lower() for name, _ in found})
    return {name.lower(): value for name, value in found}


SERVICES = "location ~ ^/(?<service>"


def test_a_service_gets_the_gateways_list_of_header_fields() -> None:
    passed = fields(SERVICES)

    assert "proxy_pass_request_headers off;" in block(SERVICES)
    # nginx sets the length itself.
    assert passed.keys() - OURS == {name.decode() for name in FORWARDED} - {"content-length"}
    for name in passed.keys() - OURS:
        assert passed[name] == "$http_" + name.replace("-", "_")
    assert passed["authorization"] == "$decided_token"
    assert passed["x-request-id"] == "$decided_id"


def test_no_caller_says_what_only_nginx_may_say() -> None:
    own = {name.decode() for name in PROXYS if name.startswith(b"x-")} | {
        "x-internal-authorization"
    }
    assert own <= fields("location = /.decision").keys()
    handed_over = fields("location @gateway")
    assert {name: handed_over.get(name) for name in own} == dict.fromkeys(own, '""')


def test_the_body_may_be_as_large_as_at_the_gateway() -> None:
    most = GatewaySettings.model_fields["most_bytes"].default

    assert "client_max_body_size 1m;" in WRITTEN
    assert most == 1024**2
    assert set(re.findall(r"(\d+) [Bb]ytes", WRITTEN)) == {str(most)}


def test_every_refusal_of_a_decision_is_a_no_to_nginx() -> None:
    """auth_request takes a status that is not listed for a fault and answers 500."""
    (listed,) = re.findall(r"error_page ([\d\s]+)= @refused;", block("location = /.decision"))

    statuses = {each.status for each in known_refusals() if hasattr(each, "status")} - {403}
    assert statuses <= {int(status) for status in listed.split()}


def test_everything_to_be_filled_in_is_named_at_the_top() -> None:
    names = set(re.findall(r"\$\{(\w+)\}", WRITTEN))
    top = WRITTEN.partition("\nupstream")[0]

    assert {name for name in names if name not in top} == set()
    assert "${" not in filled_in(dict.fromkeys(names, "x")).partition("\nupstream")[2]


YES = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Internal-Authorization: Bearer decided\r\n"
    b"X-Request-Id: decided-id\r\nX-Contribution-Link: decided-link\r\n"
    b'RateLimit: "address";r=9;t=6\r\nRateLimit-Policy: "address";q=10;w=60\r\n'
    b"Access-Control-Allow-Origin: https://karte.example\r\n"
    b"Access-Control-Expose-Headers: etag\r\n\r\n"
)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRateLimit: none\r\n\r\n{}"
MADE = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
@pytest.mark.parametrize(("said", "status"), [(PLAIN, 200), (MADE, 201)])
def test_what_the_decision_says_goes_where_it_belongs(said: bytes, status: int) -> None:
    """The token to the service, rates and foreign pages to the caller, a link once it counts."""
    with a_recorder(YES) as gateway, a_recorder(said) as service:
        places = dict.fromkeys(("REGISTRY", "DATAHUB", "PARTICIPATION"), service.place)
        configuration, port = in_front("the secret", GATEWAY=gateway.place, **places)
        with an_nginx(configuration, port) as address:
            answer = httpx.put(f"{address}/datahub/v1/areas?a=%2F", content=b"{}", trust_env=False)

    assert gateway.lines == ["GET /authorize HTTP/1.1"]
    asked = gateway.fields()
    assert (asked["x-original-method"], asked["x-original-uri"]) == (
        "PUT",
        "/datahub/v1/areas?a=%2F",
    )
    assert (asked["x-proxy-secret"], asked["x-original-content-length"]) == ("the secret", "2")
    assert asked["x-forwarded-for"] == "127.0.0.1"
    assert gateway.heard[0].endswith(b"\r\n\r\n")
    assert service.lines == ["PUT /datahub/v1/areas?a=%2F HTTP/1.1"]
    assert service.fields()["authorization"] == "Bearer decided"
    assert service.fields()["x-request-id"] == "decided-id"
    assert answer.status_code == status
    told = {
        "x-request-id": "decided-id",
        "ratelimit": '"address";r=9;t=6',
        "ratelimit-policy": '"address";q=10;w=60',
        "access-control-allow-origin": "https://karte.example",
        "access-control-expose-headers": "etag",
        "vary": "Origin",
    }
    assert {name: answer.headers.get(name) for name in told} == told
    assert answer.headers.get("x-contribution-link") == ("decided-link" if status == 201 else None)
    assert "bearer" not in str(answer.headers).lower()
