"""Decides which of several surfaces under one key is meant: by where they lie, never by order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from services.datahub.areas.reading.piece import Finding, Piece, Reading
from services.datahub.areas.rules import lineage, parent_of

# Neighbours share a border up to the rounding of their coordinates.
RIM_M = 10
Surfaces = Mapping[str, BaseGeometry]


def settled(reading: Reading, parents: Mapping[str, MultiPolygon]) -> Reading:
    """The reading without a second surface under any key.

    `parents` are the surfaces one level up; without them, neighbours in the same file tell.
    """
    by_key: dict[str, list[Piece]] = defaultdict(list)
    for piece in reading.pieces:
        by_key[piece.key].append(piece)
    twice = {key: pieces for key, pieces in by_key.items() if len(pieces) > 1}
    if not twice:
        return reading
    alone = [pieces[0] for pieces in by_key.values() if len(pieces) == 1]
    around: Surfaces = parents or together(alone)
    kept, findings = list(alone), list(reading.findings)
    for key, rivals in twice.items():
        chosen, said = decided(reading.file, key, rivals, around, set(by_key))
        kept += [chosen] if chosen else []
        findings += said
    return replace(reading, pieces=tuple(kept), findings=tuple(findings))


def together(pieces: Iterable[Piece]) -> dict[str, BaseGeometry]:
    """For each area one level up the union of what lies in it."""
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for piece in pieces:
        parent = parent_of(piece.key)
        if parent and piece.geometry is not None:
            parts[parent].append(piece.geometry)
    return {key: shapely.union_all(each) for key, each in parts.items()}


def home(piece: Piece, around: Surfaces) -> str | None:
    """The area one level up that a piece lies in, or whose parts surround it most."""
    if piece.geometry is None:
        return None
    reach = piece.geometry.buffer(RIM_M)
    shares = {key: reach.intersection(each).area for key, each in around.items()}
    best = max(shares, key=lambda key: (shares[key], key), default=None)
    return best if best and shares[best] > 0 else None


def decided(
    file: str, key: str, rivals: list[Piece], around: Surfaces, known: set[str]
) -> tuple[Piece | None, list[Finding]]:
    """The one piece that lies where its key says, and a finding for each of the rivals."""
    homes = [home(rival, around) for rival in rivals]
    fitting = [piece for piece, at in zip(rivals, homes, strict=True) if at == parent_of(key)]
    chosen = fitting[0] if len(fitting) == 1 else None
    findings = []
    for rival, at in zip(rivals, homes, strict=True):
        said = f"Der Schlüssel {key} kommt {len(rivals)}-mal vor; dieses Gebiet „{rival.name}“ "
        said += f"liegt in {at}." if at else "liegt in keinem bekannten Gebiet."
        if rival is chosen:
            done = "übernommen, denn es liegt dort, wo sein Schlüssel es sagt"
        else:
            done = "beiseitegelegt" + proposal(at, known)
        findings.append(Finding(file, rival.number, key, said, done))
    return chosen, findings


def proposal(at: str | None, known: set[str]) -> str:
    """What the key of a misplaced area may have been: the only number missing right there.

    Numbers run through the Prognoseraum without a gap, so a gap behind a region's last one
    belongs to it. It is proposed and never taken.
    """
    if at is None:
        return ""
    forecast_area = lineage(at)[-2] if len(lineage(at)) > 1 else at
    numbers = {key[-2:] for key in known if key.startswith(forecast_area)}
    last = max((key[-2:] for key in known if parent_of(key) == at), default="")
    following = f"{int(last) + 1:02d}" if last else ""
    if not following or following in numbers or max(numbers) < following:
        return ""
    return f"; Vorschlag: Es fehlt der Schlüssel {at}{following}, er wird nicht erfunden"
