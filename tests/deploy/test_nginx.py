"""The example configuration for nginx says what the gateway says."""

import re

from gateway.authorize import PROXYS
from gateway.proxy import FORWARDED
from gateway.settings import GatewaySettings
from tests.deploy.nginx import TEMPLATE, filled_in

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


def test_everything_to_be_filled_in_is_named_at_the_top() -> None:
    names = set(re.findall(r"\$\{(\w+)\}", WRITTEN))
    top = WRITTEN.partition("\nupstream")[0]

    assert {name for name in names if name not in top} == set()
    assert "${" not in filled_in(dict.fromkeys(names, "x")).partition("\nupstream")[2]
