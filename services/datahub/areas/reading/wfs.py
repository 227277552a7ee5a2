"""The LOR from the Geoportal's WFS, page by page, refused where it is no GeoJSON."""

import json
from hashlib import sha256
from typing import Any

import httpx

from services.datahub.areas.model import LorVersion
from services.datahub.areas.reading.files import LOOKS_LIKE_MARKUP, read_json
from services.datahub.areas.reading.geojson import parsed
from services.datahub.areas.reading.piece import Reading, Unusable

ADDRESS = "https://gdi.berlin.de/services/wfs"
PATIENCE = httpx.Timeout(60, connect=10)
PAGE, MOST_PAGES = 1000, 50
TYPES = {
    LorVersion.SINCE_2021: (
        "lor_2021:c_lor_pgr_2021",
        "lor_2021:b_lor_bzr_2021",
        "lor_2021:a_lor_plr_2021",
    ),
    # The last state of the division of 2006.
    LorVersion.BEFORE_2021: ("lor_2019:a_lor_plr_2019",),
}


async def fetched(
    client: httpx.AsyncClient,
    version: LorVersion,
    type_name: str,
    *,
    address: str = ADDRESS,
    page: int = PAGE,
) -> Reading:
    """What the service says about the areas of one type."""
    found: list[Any] = []
    crs: Any = None
    for _ in range(MOST_PAGES):
        document = await one_page(client, address, type_name, page, len(found))
        listed = document.get("features")
        if not isinstance(listed, list):
            raise Unusable("Der Dienst antwortet ohne „features“.")
        if listed and listed[0] in found:
            raise Unusable("Der Dienst gibt immer wieder dieselbe Seite aus (startIndex).")
        crs = crs or document.get("crs")
        found += listed
        if len(listed) < page or len(found) == document.get("numberMatched"):
            return read_collection(type_name, found, crs, version)
    raise Unusable(f"Der Dienst hört nach {MOST_PAGES} Seiten nicht auf.")


def read_collection(type_name: str, features: list[Any], crs: Any, version: LorVersion) -> Reading:
    """All pages as one document; its digest leaves out the service's clock."""
    document = {"type": "FeatureCollection", "features": features}
    document |= {"crs": crs} if crs else {}
    digest = sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    return read_json(type_name, digest, document, version)


async def one_page(
    client: httpx.AsyncClient, address: str, type_name: str, count: int, start: int
) -> dict[str, Any]:
    """One page of a type as GeoJSON; a web page, a service exception or silence is refused."""
    asked: dict[str, str | int] = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": type_name,
        "outputFormat": "application/json",
        "srsName": "EPSG:25833",
        "count": count,
        "startIndex": start,
    }
    folder = type_name.partition(":")[0]
    try:
        answer = await client.get(f"{address}/{folder}", params=asked, timeout=PATIENCE)
    except httpx.TimeoutException as error:
        raise Unusable("Der Dienst antwortet nicht rechtzeitig.") from error
    except httpx.HTTPError as error:
        raise Unusable(f"Der Dienst ist nicht erreichbar ({type(error).__name__}).") from error
    if answer.status_code != httpx.codes.OK:
        raise Unusable(f"Der Dienst antwortet mit {answer.status_code}.")
    if LOOKS_LIKE_MARKUP.match(answer.content):
        raise Unusable("Der Dienst antwortet mit einer HTML- oder XML-Seite statt mit GeoJSON.")
    document = parsed(answer.content)
    if not isinstance(document, dict):
        raise Unusable("Der Dienst antwortet nicht mit einer FeatureCollection.")
    return document
