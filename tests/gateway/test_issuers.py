"""Several issuers are believed, each about its own units, by its own keys and its own clock."""

import time
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.local.issuer import new_key
from gateway.people.issuers import Issuer
from gateway.people.person import StrongerSignIn
from shared.authority import PAGE, Hat, Role
from shared.problems import NotSignedIn
from tests.gateway.tokens import claims, token
from tests.house import House

FIVE, SIX = "https://five.invalid", "https://six.invalid/realm"
LEAD_OF_6, LEAD_OF_5 = Hat(Role.LEAD, "06.jugendamt"), Hat(Role.LEAD, "05.jugendamt")


class Districts:
    """A gateway for two districts, each with its own provider."""

    def __init__(self, **six: Any) -> None:
        five = Issuer(url=FIVE, units=("05.",), audience="five")
        self.house = House(
            {}, issuers=[five, Issuer(url=SIX, units=("06.", "be.")).model_copy(update=six)]
        )
        self.keys = {}
        for url in (FIVE, SIX):
            self.keys[url], public = new_key()
            at = f"{url}/.well-known/openid-configuration"
            self.house.issuer.answers |= {
                at: {"issuer": url, "jwks_uri": f"{url}/keys"},
                f"{url}/keys": {"keys": [public | {"kid": "demo"}]},
            }

    def token(self, url: str, **said: Any) -> str:
        """A token of one of the two."""
        return token(self.keys[url], body=claims(iss=url) | said)

    async def holds(self, made: str) -> bool:
        """Whether the gateway believes it."""
        try:
            await self.house.people.person(made)
        except NotSignedIn:
            return False
        return True


@pytest.fixture
def districts() -> Districts:
    return Districts()


def hats(*held: Hat) -> list[dict[str, Any]]:
    return [{"role": hat.role, "unit": hat.unit} for hat in held]


async def test_each_issuer_speaks_for_its_own_units(districts: Districts) -> None:
    assert await districts.holds(districts.token(SIX, hats=hats(LEAD_OF_6)))
    assert await districts.holds(districts.token(FIVE, aud="five", hats=hats(LEAD_OF_5)))


async def test_no_issuer_speaks_for_another_district(districts: Districts) -> None:
    assert not await districts.holds(districts.token(SIX, hats=hats(LEAD_OF_5)))
    assert not await districts.holds(districts.token(FIVE, aud="five", hats=hats(LEAD_OF_6)))
    both = hats(LEAD_OF_5, LEAD_OF_6)
    assert not await districts.holds(districts.token(FIVE, aud="five", hats=both))


async def test_no_issuer_signs_in_anothers_name(districts: Districts) -> None:
    await districts.holds(districts.token(SIX))
    forged = token(districts.keys[FIVE], body=claims(iss=SIX, hats=hats(LEAD_OF_6)))
    assert not await districts.holds(forged)


async def test_each_issuer_has_its_own_audience(districts: Districts) -> None:
    assert not await districts.holds(districts.token(FIVE, hats=hats(LEAD_OF_5)))


@pytest.mark.parametrize("iss", [f"{SIX}/", SIX.upper(), "https://six.invalid", [SIX], None, ""])
async def test_an_issuer_is_known_by_its_exact_name(districts: Districts, iss: Any) -> None:
    assert not await districts.holds(token(districts.keys[SIX], body=claims(iss=iss)))


async def test_an_unknown_issuer_is_not_even_asked(districts: Districts) -> None:
    assert not await districts.holds(token(new_key()[0], body=claims(iss="https://evil.invalid")))
    assert districts.house.issuer.asked == []


async def test_one_issuer_away_does_not_hold_up_the_other(districts: Districts) -> None:
    del districts.house.issuer.answers[f"{FIVE}/keys"]
    districts.house.issuer.answers[f"{FIVE}/.well-known/openid-configuration"] = {"gone": True}
    await districts.house.people.refresh()
    assert await districts.holds(districts.token(SIX, hats=hats(LEAD_OF_6)))


SKEW = 20


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ({"iat": SKEW - 2}, True),
        ({"iat": SKEW + 2}, False),
        ({"nbf": SKEW - 2}, True),
        ({"nbf": SKEW + 2}, False),
        ({"nbf": -600}, True),
        ({"iat": -600, "exp": 2 - SKEW}, True),
        ({"iat": -600, "exp": -2 - SKEW}, False),
    ],
    ids=str,
)
async def test_clocks_differ_by_so_much_and_no_more(said: dict[str, int], holds: bool) -> None:
    districts = Districts(clock_skew=SKEW)
    now = int(time.time())
    shifted = {name: now + seconds for name, seconds in said.items()}
    assert await districts.holds(districts.token(SIX, **shifted)) is holds


@pytest.mark.parametrize("nbf", ["0", 1.5, True, None, [0]])
async def test_an_nbf_that_is_no_number_does_not_hold(districts: Districts, nbf: Any) -> None:
    assert not await districts.holds(districts.token(SIX, nbf=nbf))


async def test_a_token_seen_before_still_runs_out(
    districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = districts.token(SIX)
    assert await districts.holds(made)
    later = time.time() + 600 + 6
    monkeypatch.setattr(time, "time", lambda: later)
    assert not await districts.holds(made)


DECISION, DEED = PAGE["reply.publish"], PAGE["request.make"]


async def certain(said: dict[str, Any], **settings: Any) -> bool:
    """Whether somebody who signed in like that may decide."""
    districts = Districts(**settings)
    person = await districts.house.people.person(districts.token(SIX, **said))
    person.must_be_certain_for(DEED)
    try:
        person.must_be_certain_for(DECISION)
    except StrongerSignIn:
        return False
    return True


@pytest.mark.parametrize(
    ("acr", "may"), [("high", True), ("low", False), (None, False), (["high"], False), ("", False)]
)
async def test_whoever_decides_has_signed_in_strongly(acr: Any, may: bool) -> None:
    assert await certain({"acr": acr}, decide_acr=("high", "higher")) is may
    assert await certain({"acr": acr})


@pytest.mark.parametrize(
    ("ago", "may"), [(10, True), (200, False), (-200, False), ("10", False), (None, False)]
)
async def test_whoever_decides_has_signed_in_not_long_ago(ago: Any, may: bool) -> None:
    at = int(time.time()) - ago if isinstance(ago, int) else ago
    assert await certain({"auth_time": at}, decide_max_age=100) is may


@pytest.mark.parametrize(
    "url",
    [
        "http://six.invalid",
        "ftp://six.invalid",
        "https://user@six.invalid",
        "six.invalid",
        "",
        "https://",
        "file:///etc/passwd",
        "http://localhost.evil.invalid",
        "http://127.0.0.1.evil",
    ],
)
def test_an_issuer_has_an_address_that_can_be_trusted(url: str) -> None:
    with pytest.raises(ValidationError):
        Issuer(url=url)


@pytest.mark.parametrize(
    "more",
    [
        {"clock_skew": 61},
        {"clock_skew": -1},
        {"keys_at": ["http://keys.invalid"]},
        {"unit": "06."},
        {"hats": ""},
        {"audience": ""},
        {"written": "words"},
        {"units": "06."},
    ],
    ids=str,
)
def test_settings_that_would_believe_too_much_are_a_mistake(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Issuer.model_validate({"url": SIX} | more)


@pytest.mark.parametrize(
    "url", ["http://localhost:8001", "http://127.0.0.1:1", "http://identity.localhost:8001"]
)
def test_on_this_machine_itself_plain_http_will_do(url: str) -> None:
    assert Issuer(url=url).may_publish_at(f"{url}/jwks")


@pytest.mark.parametrize(
    "place",
    [
        f"{SIX}/keys",
        "https://six.invalid/",
        "https://six.invalid:443/keys",
        "https://keys.invalid/",
    ],
)
def test_keys_lie_at_the_issuers_own_or_at_a_named_origin(place: str) -> None:
    assert Issuer(url=SIX, keys_at=("https://keys.invalid",)).may_publish_at(place)


@pytest.mark.parametrize(
    "place",
    [
        "https://keys.invalid/",
        "http://six.invalid/keys",
        "https://six.invalid:8443/keys",
        "/keys",
        "https://six.invalid@evil.invalid/",
        "http://169.254.169.254/latest",
        "file:///keys",
        None,
        "https://six.invalid.evil.invalid/keys",
        ["https://six.invalid/keys"],
    ],
)
def test_and_nowhere_else(place: Any) -> None:
    assert not Issuer(url=SIX).may_publish_at(place)


async def test_a_token_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    districts = Districts()
    made = districts.token(SIX)
    person = await districts.house.people.person(made)

    monkeypatch.setattr("gateway.people.identity.glance", None)
    assert await districts.house.people.person(made) is person
