"""An address is taken as it is written or refused; no reader further in sees another one."""

import pytest

from tests.journeys.started import Started
from tests.security.attacks.conftest import Walled
from tests.security.attacks.wire import Answer, request, told

UNITS = "/registry/v1/units"
# Stands in everything that is tried; an answer must not repeat it.
MARK = "wombat"
AMBIGUOUS, UNKNOWN, ANOTHER_WAY, LONG = {400}, {404}, {405}, {414}

DISGUISED = {
    "P1 /a/../b": (f"/registry/v1/{MARK}/../units", AMBIGUOUS),
    "P1 /a/./b": (f"/registry/v1/./{MARK}", AMBIGUOUS),
    "P2 %2e%2e": (f"/registry/v1/{MARK}/%2e%2e/units", AMBIGUOUS),
    "P3 ..%2f": (f"/registry/v1/{MARK}/..%2funits", AMBIGUOUS),
    "P4 %2f": (f"/registry%2fv1/{MARK}", AMBIGUOUS),
    "P5 %5c": (f"/registry/v1/{MARK}%5c..%5cunits", AMBIGUOUS),
    "P5 backslash": (f"/registry/v1/{MARK}\\..\\units", AMBIGUOUS),
    "P6 //": (f"/registry//v1/units?limit={MARK}", AMBIGUOUS),
    "P6 // at the start": (f"//{MARK}{UNITS}", AMBIGUOUS),
    "P6 // at the end": (f"{UNITS}//?q={MARK}", AMBIGUOUS),
    "P7 ;x": (f"{UNITS};{MARK}", AMBIGUOUS),
    "P8 /..;/": (f"/registry/v1/{MARK}/..;/units", AMBIGUOUS),
    "P9 /..;x=1/": (f"/registry/v1/{MARK}/..;x=1/units", AMBIGUOUS),
    "P10 %00": (f"{UNITS}%00{MARK}", AMBIGUOUS),
    "P10 NUL": (f"{UNITS}\0{MARK}", AMBIGUOUS),
    "P10 %00 in the query": (f"{UNITS}?q=%00{MARK}", AMBIGUOUS),
    "P11 %0d%0a": (f"{UNITS}%0d%0aSet-Cookie:%20{MARK}", AMBIGUOUS),
    "P11 %0d%0a in the query": (f"{UNITS}?q=%0d%0aSet-Cookie:{MARK}", AMBIGUOUS),
    "P12 %252e": (f"/registry/v1/{MARK}/%252e%252e/units", AMBIGUOUS),
    "P12 %25 chain": (f"/registry/v1/{MARK}/%2525252e/units", AMBIGUOUS),
    "P13 overlong": (f"/registry/v1/%c0%ae%c0%ae/{MARK}", AMBIGUOUS),
    "P13 invalid": (f"{UNITS}/%ff{MARK}", AMBIGUOUS),
    "P13 raw bytes": (f"{UNITS}/\xc0\xae{MARK}", AMBIGUOUS),
    "P13 no hex": (f"{UNITS}/%zz{MARK}", AMBIGUOUS),
    "P13 in the query": (f"{UNITS}?q=%ff{MARK}", AMBIGUOUS),
    "P13 no hex in the query": (f"{UNITS}?q=%zz{MARK}", AMBIGUOUS),
    "P14 #": (f"{UNITS}#{MARK}", AMBIGUOUS),
    "P14 # in the query": (f"{UNITS}?q=x#{MARK}", AMBIGUOUS),
    "P14 %23": (f"{UNITS}%23{MARK}", AMBIGUOUS),
    "P15 %3f": (f"{UNITS}%3flimit={MARK}", AMBIGUOUS),
    "P16 %75nits": (f"/registry/v1/%75nits?q={MARK}", AMBIGUOUS),
    "P16 %61 in front": (f"/%72egistry/v1/{MARK}", AMBIGUOUS),
    "P16 of health": (f"/health/l%69ve?q={MARK}", AMBIGUOUS),
    "P17 case": (f"/registry/v1/Units?q={MARK}", UNKNOWN),
    "P17 case in front": (f"/REGISTRY/v1/{MARK}", UNKNOWN),
    "P18 trailing /": (f"{UNITS}/?q={MARK}", AMBIGUOUS),
    "P18 trailing /.": (f"{UNITS}/.?q={MARK}", AMBIGUOUS),
    "P18 trailing %20": (f"{UNITS}%20?q={MARK}", AMBIGUOUS),
    "P18 trailing dot": (f"/registry/v1/units.?q={MARK}", UNKNOWN),
    "P19 *": (f"{UNITS}/*?q={MARK}", AMBIGUOUS),
    "P19 {}": (f"{UNITS}/{{code}}?q={MARK}", AMBIGUOUS),
    "P19 %7b%7d": (f"{UNITS}/%7bcode%7d?q={MARK}", AMBIGUOUS),
    "P20 other host": (f"http://{MARK}.example{UNITS}", AMBIGUOUS),
    "P20 userinfo": (f"http://{MARK}:x@localhost{UNITS}", AMBIGUOUS),
    "P20 authority": (f"{MARK}.example:80", AMBIGUOUS),
    "P22 100 kB": (f"{UNITS}/{MARK * 17_000}", LONG),
    "P22 100 kB of query": (f"{UNITS}?q={MARK * 17_000}", LONG),
    "P23 twice": (f"{UNITS}?limit=1&limit={MARK}", AMBIGUOUS),
    "P23 twice in disguise": (f"{UNITS}?limit=1&%6cimit={MARK}", AMBIGUOUS),
    "P23 array": (f"{UNITS}?limit[]={MARK}", AMBIGUOUS),
    "P23 object": (f"{UNITS}?limit%5Bgt%5D={MARK}", AMBIGUOUS),
    "P23 semicolon": (f"{UNITS}?limit=1;limit={MARK}", AMBIGUOUS),
    "P23 no value": (f"{UNITS}?{MARK}", AMBIGUOUS),
    "P24 decomposed": (f"{UNITS}/u%CC%88{MARK}", AMBIGUOUS),
    "P24 full-width slash": (f"/registry%EF%BC%8Fv1/{MARK}", AMBIGUOUS),
    "P24 bidi": (f"{UNITS}/%E2%80%AE{MARK}", AMBIGUOUS),
    "P25 /apix": (f"/registryx/v1/{MARK}", UNKNOWN),
    "P25 /api../": (f"/registry../v1/{MARK}", UNKNOWN),
    "P25 past the version": (f"/registry/v1x/{MARK}", UNKNOWN),
    "P25 the service's own": (f"/registry/health/ready?q={MARK}", UNKNOWN),
    "P25 figures": (f"/metrics?q={MARK}", UNKNOWN),
}
METHODS = {
    "P21 OPTIONS *": ("OPTIONS *", AMBIGUOUS),
    "P21 CONNECT": (f"CONNECT {MARK}.example:443", AMBIGUOUS),
    "P21 CONNECT to a path": (f"CONNECT {UNITS}", AMBIGUOUS),
    "P21 TRACE": (f"TRACE {UNITS}?q={MARK}", ANOTHER_WAY),
    "P21 TRACK": (f"TRACK {UNITS}?q={MARK}", AMBIGUOUS),
    "P21 small letters": (f"get {UNITS}?q={MARK}", AMBIGUOUS),
    "P21 SOURCE": (f"SOURCE {UNITS}?q={MARK}", ANOTHER_WAY),
}
LINES = {
    **{name: (f"GET {target}", expected) for name, (target, expected) in DISGUISED.items()},
    **METHODS,
}


def is_refused(answer: Answer, statuses: set[int]) -> None:
    """In words, without an echo of what was tried and without our insides."""
    assert answer.status in statuses, answer.whole
    assert answer.problem["status"] == answer.status
    assert answer.problem["detail"]
    assert MARK not in answer.whole
    assert "Traceback" not in answer.whole


def serves_on(wall: Walled) -> None:
    """The next caller is served, and the service heard that one only."""
    assert wall.listener.heard == []
    assert told(wall.address, request(f"GET {UNITS} HTTP/1.1")).status == 200
    assert [each.line for each in wall.listener.heard] == [f"GET {UNITS} HTTP/1.1"]


@pytest.fixture(autouse=True)
def unheard(wall: Walled) -> None:
    wall.listener.heard.clear()


@pytest.mark.parametrize(("line", "statuses"), LINES.values(), ids=LINES)
def test_a_disguised_address_is_refused_and_reaches_nobody(
    wall: Walled, line: str, statuses: set[int]
) -> None:
    answer = told(wall.address, request(f"{line} HTTP/1.1", f"X-Tried: {MARK}"))

    is_refused(answer, statuses)
    serves_on(wall)


@pytest.mark.parametrize(
    "query",
    [
        "_method=DELETE",
        "act=unit.enter",
        "operation=x",
        "f=json&hat=lead%4006.sga",
        "%5Fmethod=PUT",
    ],
    ids=lambda query: f"P23 {query}",
)
def test_no_parameter_decides_on_route_or_act(platform: Started, query: str) -> None:
    answer = told(platform.address, request(f"GET {UNITS}?{query} HTTP/1.1"))

    is_refused(answer, AMBIGUOUS)
    assert told(platform.address, request(f"GET {UNITS}?limit=1 HTTP/1.1")).status == 200


def test_an_address_without_disguise_is_passed_on_as_it_is_written(wall: Walled) -> None:
    line = f"GET {UNITS}/06.sga?q=gr%C3%BCn+und%20rot%26mehr&from=2026-01-01T00:00:00%2B01:00"

    assert told(wall.address, request(f"{line} HTTP/1.1")).status == 200

    assert [each.line for each in wall.listener.heard] == [f"{line} HTTP/1.1"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("Host: kiez.example", 200),
        ("Host: KIEZ.example.:8000", 200),
        ("Host: [::1]:8000", 200),
        (f"Host: {MARK}.example", 421),
        (f"Host: kiez.example.{MARK}", 421),
        (f"Host: {MARK}@kiez.example", 400),
        (f"Host: kiez.example/{MARK}", 400),
    ],
)
def test_only_a_host_on_the_list_is_served(hasty: Walled, host: str, status: int) -> None:
    answer = told(hasty.address, request("GET /authority HTTP/1.1", host=host))

    assert answer.status == status
    if status != 200:
        is_refused(answer, {status})
