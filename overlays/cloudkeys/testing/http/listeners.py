"""Sockets that listen on one port at all addresses of a host, IPv4 and IPv6."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any, Final

from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import Generator

_WAITING: Final = 64
"""The number of connections that may wait for acceptance."""
_LARGEST_PORT: Final = 65535
_TRIES: Final = 20
_NOT_HERE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""The errors of an address whose family is disabled on this machine."""


@contextlib.contextmanager
def listening(host: str, port: int) -> Generator[list[socket.socket]]:
    """Listen while the block runs.

    Args:
        host: An address or a name of this machine.
        port: The port; 0 for one that is free at all addresses.

    Yields:
        The sockets, one per address.

    Raises:
        OSError: The port is taken, or no address belongs to this machine; the message names host and port.
        ValueError: The port isn't 0 to 65535, or the host is empty or malformed.
    """
    if not 0 <= port <= _LARGEST_PORT:
        raise ValueError(f"the port must be 0 to {_LARGEST_PORT}")
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(each) for each in _listeners(host, port)]


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the addresses of a host.

    Args:
        host: An address or a name.

    Raises:
        OSError: The name has no address.
        ValueError: The host is empty or malformed.
    """
    return all(ipaddress.ip_address(address[0].partition("%")[0]).is_loopback for _, address in _addresses(host))


def _addresses(host: str) -> list[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    if not host:
        raise ValueError("the host must not be empty; use 0.0.0.0 for all IPv4 addresses, or :: for all IPv6 addresses")
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise OSError(error.errno, f"{error.strerror}: {host}") from None
    except UnicodeError:
        raise ValueError(f"invalid host name: {printable(host)}") from None
    return [(family, address) for family, _, _, _, address in found]


def _listeners(host: str, port: int) -> list[socket.socket]:
    addresses = _addresses(host)
    for _ in range(_TRIES):
        try:
            return _bound(addresses, port)
        except OSError as error:
            # A port that is free at one address may be taken at the next.
            if port or error.errno != errno.EADDRINUSE:
                raise OSError(error.errno, f"{os.strerror(error.errno or 0)}: {_written(host, port)}") from None
    raise OSError(errno.EADDRINUSE, f"no port is free: {host}")


def _bound(addresses: list[tuple[socket.AddressFamily, tuple[Any, ...]]], port: int) -> list[socket.socket]:
    missing: OSError | None = None
    with contextlib.ExitStack() as stack:
        made: list[socket.socket] = []
        for family, address in addresses:
            try:
                place = (address[0], port, *address[2:])
                made.append(stack.enter_context(socket.create_server(place, family=family, backlog=_WAITING)))
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                missing = error
                continue
            port = made[0].getsockname()[1]
        if missing is not None and not made:
            raise missing
        stack.pop_all()
        return made


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
