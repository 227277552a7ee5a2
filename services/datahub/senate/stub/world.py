"""What the stub partners know: made up, always the same, for the real planning areas of 06."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

LOR_VERSION = "2021"
# Planning areas (LOR 2021) by Bezirksregion: the first and the last of the region's numbers.
AREAS = {
    "061001": (1, 3),
    "061002": (4, 10),
    "062003": (11, 17),
    "062004": (18, 23),
    "063005": (24, 28),
    "063006": (29, 34),
    "064007": (35, 37),
    "064008": (38, 44),
}
# About the middle of each Bezirksregion, in EPSG:25833; sites are strewn around it.
MIDDLES = {
    "061001": (385_600, 5_813_600),
    "061002": (387_200, 5_813_000),
    "062003": (387_900, 5_810_300),
    "062004": (385_800, 5_809_300),
    "063005": (381_300, 5_809_500),
    "063006": (384_200, 5_810_400),
    "064007": (375_400, 5_810_400),
    "064008": (381_400, 5_812_500),
}
STREWN = 400
# Hardly anybody lives in Landweg, so all that is counted of its residents is kept secret.
UNINHABITED = "06200418"
INDICATORS = ("kid_einwohner_u18", "kid_einwohner_65plus", "kid_wohndauer_5", "kid_kinderarmut")
PERIODS = ("2024", "2025")
KINDS = ("kita", "grundschule", "jugendfreizeit", "spielplatz", "bibliothek", "sporthalle")
HORIZONS = ("short", "medium", "long")
BEGINNING = datetime(2026, 1, 5, 6, tzinfo=UTC)
Content = dict[str, Any]


def chance(*of: object, below: int) -> int:
    """A number that looks accidental and is always the same for the same things."""
    return crc32("/".join(map(str, of)).encode()) % below


def planning_areas() -> Iterator[str]:
    """The 44 planning areas of district 06."""
    for region, (first, last) in AREAS.items():
        yield from (f"{region}{number:02}" for number in range(first, last + 1))


def spot(region: str, key: str) -> Content:
    """A point in a region that belongs to `key`."""
    east, north = MIDDLES[region]
    aside = [chance(key, axis, below=2 * STREWN) - STREWN for axis in ("east", "north")]
    return {"point": {"easting": float(east + aside[0]), "northing": float(north + aside[1])}}


def measured(area: str, indicator: str, period: str) -> Content:
    """A value, or why there is none: secret, not collected, not meaningful, missing, zero."""
    draw = chance(area, indicator, period, below=100)
    without = {0: "L", 1: "M", 2: "O", 3: "Q"}
    if area == UNINHABITED:
        return {"value": None, "status": "Q"}
    if draw in without:
        return {"value": None, "status": without[draw]}
    if draw in (4, 5):
        return {"value": 0.0, "status": "A"}
    return {"value": draw / 2 + 1, "status": "P" if period == PERIODS[-1] else "A"}


def prisma() -> Iterator[tuple[str, Content]]:
    """Indicator values for every planning area."""
    for period in PERIODS:
        for indicator in INDICATORS:
            for area in planning_areas():
                facts = {"indicator": indicator, "period": period, "area_key": area}
                yield f"{indicator}:{period}:{area}", facts | measured(area, indicator, period)


def wofis() -> Iterator[tuple[str, Content]]:
    """Housing sites, eight per Bezirksregion."""
    for region in AREAS:
        for number in range(1, 9):
            key = f"W-{region}-{number}"
            yield (
                key,
                {
                    "name": f"Wohnbaufläche {region}/{number} (erfunden)",
                    "area_key": region,
                    "dwellings": 50 + chance(key, below=400),
                    "horizon": HORIZONS[chance(key, "horizon", below=3)],
                }
                | spot(region, key),
            )


def sofis() -> Iterator[tuple[str, Content]]:
    """Sites of social infrastructure, two of each kind per Bezirksregion."""
    for region in AREAS:
        for kind in KINDS:
            for number in (1, 2):
                key = f"S-{region}-{kind}-{number}"
                counted = kind in ("kita", "grundschule")
                yield (
                    key,
                    {
                        "kind": kind,
                        "name": f"{kind.capitalize()} {region}/{number} (erfunden)",
                        "area_key": region,
                        "capacity": 40 + chance(key, below=300) if counted else None,
                        "need": 30 + chance(key, "need", below=350) if counted else None,
                    }
                    | spot(region, key),
                )


@dataclass
class Entry:
    """A record as it is, and as it was before its last change."""

    id: str
    modified: datetime
    content: Content
    gone: bool = False
    former: "Entry | None" = None

    def told(self) -> Content:
        """The record as it goes over the wire; gone, it says nothing more."""
        head = {"id": self.id, "modified": self.modified.isoformat()}
        if self.gone:
            return head | {"gone": True}
        return head | {"lor_version": LOR_VERSION} | self.content


@dataclass
class System:
    """One partner's records; every change gets an instant of its own."""

    name: str
    entries: dict[str, Entry] = field(default_factory=dict)
    changes: int = 0
    latest: datetime = BEGINNING

    def put(self, key: str, content: Content, *, gone: bool = False) -> None:
        """A record is new, changed or gone."""
        self.changes += 1
        self.latest = max(datetime.now(UTC), self.latest + timedelta(microseconds=1))
        former = self.entries.get(key)
        self.entries[key] = Entry(key, self.latest, content, gone, former)

    def change(self, add: int, change: int, remove: int) -> list[str]:
        """Let so many records appear, change and go; which ones is always the same."""
        there = sorted(
            (entry for entry in self.entries.values() if not entry.gone),
            key=lambda entry: crc32(f"{entry.id}{self.changes}".encode()),
        )
        altered, removed = there[:change], there[change : change + remove]
        added = [(f"{entry.id}.{self.changes}", entry.content) for entry in there[:add]]
        for entry in altered:
            self.put(entry.id, self.altered(entry.content))
        for entry in removed:
            self.put(entry.id, entry.content, gone=True)
        for key, content in added:
            self.put(key, content)
        return [entry.id for entry in (*altered, *removed)] + [key for key, _ in added]

    def restore(self, number: int) -> list[str]:
        """Let so many records that were gone come back."""
        gone = [entry for entry in self.entries.values() if entry.gone][:number]
        for entry in gone:
            self.put(entry.id, entry.content)
        return [entry.id for entry in gone]

    def spoil(self, number: int) -> list[str]:
        """Let so many records have a form that nobody agreed on."""
        spoiled = list(self.entries.values())[:number]
        for entry in spoiled:
            self.put(entry.id, dict.fromkeys(entry.content, "?"))
        return [entry.id for entry in spoiled]

    def altered(self, content: Content) -> Content:
        """Another content of the same form."""
        if self.name == "prisma":
            return content | {"value": float(self.changes), "status": "A"}
        if self.name == "wofis":
            return content | {"dwellings": content["dwellings"] + 1}
        return content | {"name": f"{content['name']}, geändert {self.changes}"}

    def since(self, since: datetime | None) -> list[Entry]:
        """What changed from `since` on; at first only what there is."""
        return [
            entry
            for entry in self.entries.values()
            if (entry.modified >= since if since else not entry.gone)
        ]


def made_up() -> dict[str, System]:
    """All three partners at the beginning."""
    systems = {}
    for name, records in (("prisma", prisma()), ("wofis", wofis()), ("sofis", sofis())):
        system = systems[name] = System(name)
        for number, (key, content) in enumerate(records):
            modified = BEGINNING + timedelta(minutes=number)
            system.entries[key] = Entry(key, modified, content)
    return systems
