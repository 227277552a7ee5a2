"""The Geoportal's WFS, answered by a small server that behaves like a GeoServer, or badly."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web
from sqlalchemy import text

from services.datahub.areas.model import LorVersion, Precision
from services.datahub.areas.reading import wfs
from services.datahub.areas.reading.piece import Unusable
from services.datahub.commands import load
from shared.database import engine_on
from tests.conftest import url
from tests.datahub.lor import METRES, SIDE, WEST, feature, regions, square, town

PLANNING_AREAS = "lor_2021:a_lor_plr_2021"
OLD = feature("06010101", "Fichtenberg", square(0))


def geoserver(features: list[dict[str, Any]], asked: web.Request) -> dict[str, Any]:
    """A page as GeoServer writes it."""
    assert asked.query["srsName"] == "EPSG:25833"
    assert asked.query["outputFormat"] == "application/json"
    start, count = int(asked.query["startIndex"]), int(asked.query["count"])
    page = features[start : start + count]
    return {
        "type": "FeatureCollection",
        "features": [each | {"id": f"plr.{start + n}"} for n, each in enumerate(page)],
        "totalFeatures": len(features),
        "numberMatched": len(features),
        "numberReturned": len(page),
        "timeStamp": "2026-11-22T08:00:00.000Z",
        "crs": METRES,
    }


class Geoportal:
    """The server; `behave` replaces what it does."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[web.Request] = []
        self.behave: Callable[[web.Request], web.StreamResponse] = self.properly

    def properly(self, asked: web.Request) -> web.StreamResponse:
        forecast = [feature("0610", "Steglitz", square(0, side=3 * SIDE))]
        layers = {"a_lor_plr_2021": town(), "b_lor_bzr_2021": regions(), "c_lor_pgr_2021": forecast}
        layer = asked.query["typeNames"].partition(":")[2]
        return web.json_response(geoserver(layers.get(layer, [OLD]), asked))

    async def answer(self, asked: web.Request) -> web.StreamResponse:
        self.asked.append(asked)
        return self.behave(asked)


@pytest.fixture
async def geoportal() -> AsyncIterator[Geoportal]:
    portal = Geoportal()
    app = web.Application()
    app.router.add_get("/wfs/{folder}", portal.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    portal.address = f"http://127.0.0.1:{runner.addresses[0][1]}/wfs"
    yield portal
    await runner.cleanup()


async def fetch(portal: Geoportal, *, page: int = 1000) -> Any:
    async with httpx.AsyncClient() as client:
        return await wfs.fetched(
            client, LorVersion.SINCE_2021, PLANNING_AREAS, address=portal.address, page=page
        )


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
async def test_all_pages_are_fetched(geoportal: Geoportal, page: int) -> None:
    reading = await fetch(geoportal, page=page)

    assert [piece.key for piece in reading.pieces] == ["06100101", "06100102", "06100204"]
    assert reading.precision is Precision.FULL
    assert reading.pieces[0].geometry is not None
    assert reading.pieces[0].geometry.bounds[0] == WEST
    assert len(geoportal.asked) == max(1, -(-3 // page))
    assert geoportal.asked[0].path == "/wfs/lor_2021"


async def test_the_same_areas_have_the_same_digest_at_another_time(geoportal: Geoportal) -> None:
    first = await fetch(geoportal)
    geoportal.behave = lambda asked: web.json_response(
        geoserver(town(), asked) | {"timeStamp": "2027-01-01T00:00:00.000Z"}
    )
    assert (await fetch(geoportal)).sha256 == first.sha256


def html(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<!doctype html><p>Wartung</p>", content_type="text/html")


def html_as_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="  <html></html>", content_type="application/json")


def cut_off(asked: web.Request) -> web.StreamResponse:
    body = web.json_response(geoserver(town(), asked)).text
    assert body
    return web.Response(text=body[:-50], content_type="application/json")


def no_paging(asked: web.Request) -> web.StreamResponse:
    document = geoserver(town(), asked)
    first = [each | {"id": "plr.0"} for each in town()[:1]]
    return web.json_response(document | {"features": first})


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (html, "HTML"),
        (html_as_json, "HTML"),
        (cut_off, "abgeschnitten"),
        (no_paging, "immer wieder dieselbe Seite"),
        (lambda _: web.Response(status=503), "antwortet mit 503"),
        (lambda _: web.json_response([]), "FeatureCollection"),
        (lambda _: web.json_response({"type": "FeatureCollection"}), "ohne „features“"),
        (lambda _: web.json_response({"features": [], "type": "FeatureCollection"}), "leer"),
    ],
)
async def test_what_is_no_geojson_is_refused(
    geoportal: Geoportal, behave: Callable[[web.Request], web.StreamResponse], said: str
) -> None:
    geoportal.behave = behave
    with pytest.raises(Unusable, match=said):
        await fetch(geoportal, page=1)


async def test_without_a_network_it_says_so() -> None:
    nobody = Geoportal()
    nobody.address = "http://127.0.0.1:9/wfs"
    with pytest.raises(Unusable, match="nicht erreichbar"):
        await fetch(nobody)


async def test_the_command_loads_every_level_of_both_versions(
    geoportal: Geoportal,
    own_database: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database = url(own_database("datahub"), "datahub_service")
    monkeypatch.setenv("DATAHUB_DATABASE_URL", database)

    refused = await load([], None, geoportal.address, again=False)

    assert refused == 0, capsys.readouterr().out
    engine = engine_on(database, pool_size=1)
    counted = text("SELECT lor_version, level, count(*)::int FROM area GROUP BY 1, 2 ORDER BY 1, 2")
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(counted)]
    await engine.dispose()
    assert found == [
        ("2006", "planning_area", 1),
        ("2021", "district_region", 2),
        ("2021", "forecast_area", 1),
        ("2021", "planning_area", 3),
    ]
