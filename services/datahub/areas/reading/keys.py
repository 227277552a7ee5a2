"""Keys of areas as files spell them; a zero that a number lost is put back where that is sure."""

from services.datahub.areas.rules import is_key


def spelled(raw: object) -> str:
    """The digits of a key as the file has them; '' where there are none."""
    if isinstance(raw, bool) or raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw).strip()


def read_key(raw: object) -> tuple[str | None, bool]:
    """The key that is meant, or None, and whether its leading zero had to be put back.

    Every key has an even number of digits, so an odd number lacks exactly one: the first.
    """
    text = spelled(raw)
    if not (text.isascii() and text.isdigit()):
        return None, False
    lost = len(text) % 2 == 1
    key = f"0{text}" if lost else text
    return (key, lost) if is_key(key) else (None, False)
