"""A guard that refuses connections to other machines.

It is an audit hook, because these see every connection, sync or async, and can't be removed.
"""

from __future__ import annotations

import ipaddress
from typing import Any

GUARDED_EVENTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


class LeftLoopbackError(BaseException):
    """A test tried to reach another machine. No `except Exception` can hide it."""


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in GUARDED_EVENTS:
        return
    address = arguments[GUARDED_EVENTS[event]]
    host = address[0] if isinstance(address, tuple) else address
    if not _stays_here(host, is_path=event in {"socket.connect", "socket.sendto"} and not isinstance(address, tuple)):
        raise LeftLoopbackError(f"{event} to {host!r}")


def _stays_here(host: Any, *, is_path: bool) -> bool:
    """Return whether a host is this machine; the path of a Unix socket and the wildcard address are."""
    if is_path or host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False
