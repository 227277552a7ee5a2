"""What is wrong with a field, in the caller's language."""

from collections.abc import Iterable, Mapping
from typing import Any

GERMAN = {
    "missing": "Diese Angabe fehlt.",
    "extra_forbidden": "Diese Angabe ist hier nicht vorgesehen.",
    "json_invalid": "Das ist kein gültiges JSON.",
    "string_type": "Hier wird Text erwartet.",
    "string_too_short": "Mindestens {min_length} Zeichen.",
    "string_too_long": "Höchstens {max_length} Zeichen.",
    "string_pattern_mismatch": "Der Text hat nicht die erwartete Form.",
    "too_short": "Mindestens {min_length} Einträge.",
    "too_long": "Höchstens {max_length} Einträge.",
    "int_parsing": "Hier wird eine ganze Zahl erwartet.",
    "int_type": "Hier wird eine ganze Zahl erwartet.",
    "float_parsing": "Hier wird eine Zahl erwartet.",
    "float_type": "Hier wird eine Zahl erwartet.",
    "finite_number": "Hier wird eine endliche Zahl erwartet.",
    "bool_parsing": "Hier wird ja oder nein erwartet (true, false).",
    "bool_type": "Hier wird ja oder nein erwartet (true, false).",
    "greater_than": "Der Wert muss größer als {gt} sein.",
    "greater_than_equal": "Der Wert muss mindestens {ge} sein.",
    "less_than": "Der Wert muss kleiner als {lt} sein.",
    "less_than_equal": "Der Wert darf höchstens {le} sein.",
    "enum": "Möglich sind: {expected}.",
    "literal_error": "Möglich sind: {expected}.",
    "uuid_parsing": "Das ist keine gültige Kennung (UUID).",
    "uuid_type": "Das ist keine gültige Kennung (UUID).",
    "date_type": "Hier wird ein Datum erwartet (JJJJ-MM-TT).",
    "date_parsing": "Hier wird ein Datum erwartet (JJJJ-MM-TT).",
    "date_from_datetime_parsing": "Hier wird ein Datum erwartet (JJJJ-MM-TT).",
    "datetime_parsing": "Hier wird ein Zeitpunkt erwartet (RFC 3339).",
    "datetime_from_date_parsing": "Hier wird ein Zeitpunkt erwartet (RFC 3339).",
    "timezone_aware": "Der Zeitpunkt braucht eine Zeitzone.",
    "list_type": "Hier wird eine Liste erwartet.",
    "dict_type": "Hier wird ein Objekt erwartet.",
    "model_attributes_type": "Hier wird ein Objekt erwartet.",
    "model_type": "Hier wird ein Objekt erwartet.",
}
OTHERWISE = "Die Angabe ist ungültig."


def worded(errors: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, str]]:
    """Each error with a JSON pointer (RFC 6901) or parameter name, and one plain sentence."""
    return [
        {"in": str(error["loc"][0]), "pointer": pointer(error["loc"][1:]), "detail": said}
        for error in errors
        for said in [sentence(error, language)]
    ]


def sentence(error: Mapping[str, Any], language: str) -> str:
    """One error in plain words; a rule of ours brings both languages as `de | en`."""
    if error["type"] == "value_error":
        german, _, english = str(error["ctx"]["error"]).partition(" | ")
        return english if language == "en" and english else german
    if language == "en":
        return str(error["msg"])
    return GERMAN.get(error["type"], OTHERWISE).format_map(error.get("ctx", {}))


def pointer(location: Iterable[Any]) -> str:
    """Where in the body it is (RFC 6901)."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location]
    return "".join(f"/{part}" for part in parts)
