"""From claims to hats; a claim that makes no sense is a token that does not hold."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.people.contributing import PERSON
from gateway.people.issuers import Issuer, Written
from shared.authority import Hat, Role
from shared.problems import NotSignedIn
from shared.tokens import Claims

UNIT = re.compile(r"[a-z0-9][a-z0-9._]{1,79}")
REGION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}", re.ASCII)
TEXT = re.compile(r"(?P<role>[a-z_]+)@(?P<unit>[^#@]+)(?:#(?P<regions>[\d,]+))?", re.ASCII)


def hats_of(claims: Claims, issuer: Issuer) -> dict[str, Hat]:
    """The hats a token speaks of, each by its name, role@unit."""
    given = _at(claims, issuer.hats)
    if given is None:
        return {}
    if type(given) is not list:
        raise NotSignedIn
    read = _from_text if issuer.written is Written.TEXTS else _from_object
    return {f"{hat.role}@{hat.unit}": hat for hat in (read(each, issuer) for each in given)}


def _at(claims: Claims, path: str) -> Any:
    """What stands in the claim of that name or, with dots, in an object within an object."""
    if path in claims:
        return claims[path]
    place: Any = claims
    for name in path.split("."):
        if not isinstance(place, Mapping):
            raise NotSignedIn
        if name not in place:
            return None
        place = place[name]
    return place


def _from_object(claim: Any, issuer: Issuer) -> Hat:
    if type(claim) is not dict:
        raise NotSignedIn
    return _hat(claim.get("role"), claim.get("unit"), claim.get("regions", []), issuer)


def _from_text(claim: Any, issuer: Issuer) -> Hat:
    parts = TEXT.fullmatch(claim) if type(claim) is str else None
    if parts is None:
        raise NotSignedIn
    regions = parts["regions"].split(",") if parts["regions"] else []
    return _hat(parts["role"], parts["unit"], regions, issuer)


def _hat(role: Any, unit: Any, regions: Any, issuer: Issuer) -> Hat:
    if type(role) is not str or type(unit) is not str or type(regions) is not list:
        raise NotSignedIn
    if not all(type(each) is str and REGION.fullmatch(each) for each in regions):
        raise NotSignedIn
    try:
        hat = Hat(Role(role), unit, tuple(regions))
    except ValueError as error:
        raise NotSignedIn from error
    if hat.role is Role.CITIZEN:  # a voice of their own, whoever signed them in
        believed = unit == PERSON
    else:
        believed = UNIT.fullmatch(unit) is not None and unit != PERSON and issuer.speaks_for(unit)
    # Nobody needs a token to be the public; with a unit it would be a voice that nobody has given.
    if not believed or hat.role is Role.PUBLIC:
        raise NotSignedIn
    return hat
