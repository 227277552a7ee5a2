"""Keys as JSON (JWK, RFC 7517); it imports nothing, so whoever starts processes stays light."""

Key = dict[str, str]

# RFC 7518, 6.2.2, 6.3.2 and 6.4.1.
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def public_half(key: Key) -> Key:
    """The part of a key that may be shown."""
    return {name: value for name, value in key.items() if name not in PRIVATE}
