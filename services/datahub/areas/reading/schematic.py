"""A schematic Steglitz-Zehlendorf (district 06, LOR 2021): rectangles of our own making.

Keys and names are the official ones. Each rectangle lies roughly where its Planungsraum lies,
which is enough to try the platform out and not enough to know where anything is.
"""

from collections.abc import Iterator
from hashlib import sha256

import shapely
from shapely import MultiPolygon

from services.datahub.areas.model import LorVersion, Precision
from services.datahub.areas.reading.piece import Piece, Reading
from services.datahub.areas.reading.surfaces import surfaces

NAME = "schematic"
HECTOMETRES = 100
# Key, west, south, east, north (hundreds of metres in EPSG:25833), name.
RECTANGLES = """
06100101 3842 58127 3856 58150 Fichtenberg
06100102 3856 58127 3864 58137 Schloßstraße
06100103 3856 58137 3864 58150 Markelstraße
06100204 3874 58124 3887 58133 Munsterdamm
06100205 3874 58118 3887 58124 Südende
06100206 3864 58118 3874 58127 Stadtpark
06100207 3860 58118 3864 58127 Mittelstraße
06100208 3864 58127 3874 58133 Bergstraße
06100209 3864 58133 3871 58143 Feuerbachstraße
06100210 3871 58133 3887 58143 Bismarckstraße
06200311 3880 58106 3890 58118 Alt-Lankwitz
06200312 3860 58106 3872 58118 Komponistenviertel Lankwitz
06200313 3872 58106 3880 58118 Lankwitz Kirche
06200314 3866 58098 3872 58106 Kaiser-Wilhelm-Straße
06200315 3872 58098 3880 58106 Gallwitzallee
06200316 3880 58098 3890 58106 Belßstraße
06200317 3866 58080 3890 58098 Lankwitz Süd
06200418 3851 58070 3859 58080 Landweg
06200419 3851 58080 3859 58090 Thermometersiedlung
06200420 3842 58070 3851 58090 Lichterfelde Süd
06200421 3842 58090 3859 58106 Königsberger Straße
06200422 3859 58090 3866 58106 Oberhofer Platz
06200423 3859 58070 3866 58090 Schütte-Lanz-Straße
06300524 3790 58088 3812 58102 Berlepschstraße
06300525 3790 58070 3828 58088 Zehlendorf Süd
06300526 3790 58102 3818 58112 Zehlendorf Mitte
06300527 3818 58102 3828 58112 Sundgauer Straße
06300528 3812 58088 3828 58102 Teltower Damm
06300629 3842 58118 3860 58127 Botanischer Garten
06300630 3854 58106 3860 58118 Hindenburgdamm
06300631 3828 58070 3842 58090 Goerzwerke
06300632 3828 58090 3842 58106 Schweizer Viertel
06300633 3842 58106 3854 58118 Augustaplatz
06300634 3828 58106 3842 58112 Lichterfelde West
06400735 3700 58060 3745 58150 Wannsee
06400736 3745 58060 3790 58110 Düppel
06400737 3745 58110 3790 58150 Nikolassee
06400838 3790 58112 3802 58150 Krumme Lanke
06400839 3802 58112 3815 58120 Fischerhüttenstraße
06400840 3802 58120 3824 58130 Fischtal
06400841 3815 58112 3842 58120 Zehlendorf Eiche
06400842 3802 58130 3829 58150 Hüttenweg
06400843 3824 58120 3842 58130 Thielallee
06400844 3829 58130 3842 58150 Dahlem
"""
ABOVE = {
    "06": "Steglitz-Zehlendorf",
    "0610": "Steglitz",
    "0620": "Lankwitz/Lichterfelde Ost",
    "0630": "Zehlendorf Süd/Lichterfelde West",
    "0640": "Zehlendorf Nord/Wannsee",
    "061001": "Schloßstraße",
    "061002": "Albrechtstraße",
    "062003": "Lankwitz",
    "062004": "Ostpreußendamm",
    "063005": "Teltower Damm",
    "063006": "Drakestraße",
    "064007": "Zehlendorf Südwest",
    "064008": "Zehlendorf Nord",
}


def schematic() -> Reading:
    """The schematic district, with all four levels."""
    planning_areas = list(rectangles())
    drawn = [*planning_areas]
    for key, name in ABOVE.items():
        parts = [shape for inner, _, shape in planning_areas if inner.startswith(key)]
        drawn.append((key, name, surfaces(shapely.union_all(parts))))
    pieces = tuple(
        Piece(number, key, name, geometry=whole, simplified=whole, schematic=True)
        for number, (key, name, whole) in enumerate(drawn, start=1)
    )
    digest = sha256(RECTANGLES.encode()).hexdigest()
    return Reading(NAME, digest, LorVersion.SINCE_2021, Precision.SCHEMATIC, pieces)


def rectangles() -> Iterator[tuple[str, str, MultiPolygon]]:
    """Key, name and surface of each Planungsraum."""
    for line in RECTANGLES.strip().splitlines():
        key, *corners, name = line.split(maxsplit=5)
        west, south, east, north = (int(corner) * HECTOMETRES for corner in corners)
        yield key, name, MultiPolygon([shapely.box(west, south, east, north)])
