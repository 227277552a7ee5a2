"""Which loopback port each part answers on."""

import errno
import socket
from collections.abc import Iterable, Iterator

from deploy.local.trouble import Trouble

LAST = 65535


def wished(text: str) -> int:
    """The port somebody asked for."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LAST):
        raise Trouble(
            f"PORT={text} is no port: a number from 1 to {LAST}, as in `PORT=8080 make up`."
        )
    return int(text)


def must_be_free(port: int) -> None:
    """Say so when somebody else has the port."""
    if not is_free(port):
        raise Trouble(
            f"Port {port} ist belegt; einen anderen nimmt `PORT={port + 80} make up`.\n"
            f"Port {port} is taken; `PORT={port + 80} make up` uses another."
        )


def is_free(port: int) -> bool:
    """Whether nobody listens there, on either loopback address."""
    families = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
    return all(_can_bind(family, address, port) for family, address in families)


def assigned(names: Iterable[str], first: int) -> dict[str, int]:
    """A port for each name: the first one as wished, the others beside it or wherever is room."""
    names = list(names)
    ports = {names[0]: first}
    beside = _beside(first)
    for name in names[1:]:
        ports[name] = next(beside)
    return ports


def _beside(first: int) -> Iterator[int]:
    for port in range(first + 1, min(first + 50, LAST)):
        if is_free(port):
            yield port
    while True:
        with socket.socket() as any_free:
            any_free.bind(("127.0.0.1", 0))
            port = any_free.getsockname()[1]
        yield port


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        probe = socket.socket(family)
    except OSError:
        return True  # a machine without IPv6 has nobody listening there
    with probe:
        # As servers do: a connection that is still closing does not count as somebody.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise Trouble(f"Port {port} is for root only; `PORT=8080 make up` works.") from None
        except OSError as refused:
            return refused.errno == errno.EADDRNOTAVAIL
    return True
