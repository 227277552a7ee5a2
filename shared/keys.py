"""Keys as JSON (JWK, RFC 7517); it imports nothing, so whoever starts processes stays light."""

Key = dict[str, str]
KeySet = dict[str, list[Key]]

# RFC 7518, 6.2.2, 6.3.2 and 6.4.1.
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def public_half(key: Key) -> Key:
    """The part of a key that may be shown."""
    return {name: value for name, value in key.items() if name not in PRIVATE}


def keys_of(one_or_several: Key | KeySet) -> list[Key]:
    """The keys of a JWK Set (RFC 7517, 5), or the one key."""
    several = one_or_several.get("keys")
    if isinstance(several, list):
        return several
    return [{name: value for name, value in one_or_several.items() if isinstance(value, str)}]
