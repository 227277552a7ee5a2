"""Whose address counts: that of the connection, unless a proxy of ours says another."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

Network = IPv4Network | IPv6Network
# What one household gets; who has it has every address in it.
HOUSEHOLD = 64
UNKNOWN = "unknown"


class Addresses:
    """Knows the proxies in front of the gateway; what anybody else says of an address is air."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)
        self._is_trusted = lru_cache(maxsize=1024)(self._is_of_ours)

    def of(self, scope: Scope) -> str:
        """The address that a request counts for."""
        client = scope.get("client")
        peer = client[0] if client else UNKNOWN
        if self._trusted and self._is_trusted(peer):
            peer = self._behind(peer, scope)
        return counted(peer)

    def _behind(self, peer: str, scope: Scope) -> str:
        """The rightmost address that is no proxy of ours: those left of it anybody may invent."""
        lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        told = b",".join(lines).decode("latin-1").split(",")
        for each in reversed(told):
            address = each.strip()
            if not _is_address(address):
                return peer
            peer = address
            if not self._is_trusted(address):
                return peer
        return peer

    def _is_of_ours(self, text: str) -> bool:
        if not _is_address(text):
            return False
        address = ip_address(text)
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)


@lru_cache(maxsize=16_384)
def counted(text: str) -> str:
    """The address as it is counted: an IPv6 address as the /64 it lies in."""
    if not _is_address(text):
        return UNKNOWN
    address = ip_address(text)
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    # Without the zone of a link-local address, which is the machine's own word.
    return str(ip_network((int(address), HOUSEHOLD), strict=False))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
