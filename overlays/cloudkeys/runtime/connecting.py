"""Connecting to a host that has several addresses (RFC 8305): the next is tried beside one that doesn't answer.

asyncio can do that too, but forgets a socket where it is cancelled at the wrong moment (Python 3.11).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ProtocolT = TypeVar("ProtocolT", bound=asyncio.Protocol)

NEXT_ADDRESS_SECONDS: Final = 0.25
"""After how long the next address is tried."""


async def connect(
    host: str, port: int, protocol: Callable[[], ProtocolT], close: Callable[[ProtocolT], None]
) -> ProtocolT:
    """Return a connection to whichever address of a host answers first.

    Args:
        host: The name, or an IP address.
        port: The port.
        protocol: What makes the protocol of a connection.
        close: What closes a connection that isn't needed.

    Raises:
        OSError: There is no such host, or none of its addresses answers.
    """
    loop = asyncio.get_running_loop()

    async def try_one(address: str) -> ProtocolT:
        _, connection = await loop.create_connection(protocol, address, port)
        return connection

    tasks: list[asyncio.Task[ProtocolT]] = []
    winner: asyncio.Task[ProtocolT] | None = None
    try:
        for address in await _addresses(host, port):
            tasks.append(loop.create_task(try_one(address)))
            if winner := await _first(tasks, NEXT_ADDRESS_SECONDS):
                return winner.result()
        if winner := await _first(tasks, None):
            return winner.result()
        raise OSError("; ".join(str(task.exception()) for task in tasks))
    finally:
        # Nothing is waited for here: whoever is cancelled while waiting would lose the connection.
        for task in tasks:
            if task is not winner:
                task.cancel()
                task.add_done_callback(partial(_discard, close))


def _discard(close: Callable[[ProtocolT], None], task: asyncio.Task[ProtocolT]) -> None:
    if not task.cancelled() and task.exception() is None:
        close(task.result())


async def _addresses(host: str, port: int) -> list[str]:
    with contextlib.suppress(ValueError):
        return [str(ip_address(host))]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def _first(tasks: list[asyncio.Task[ProtocolT]], seconds: float | None) -> asyncio.Task[ProtocolT] | None:
    """Return the first task that has a connection; None where all failed, or the time is over."""
    end = None if seconds is None else asyncio.get_running_loop().time() + seconds
    while pending := [task for task in tasks if not task.done()]:
        left = None if end is None else max(0, end - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            return None
        if connected := next((task for task in done if task.exception() is None), None):
            return connected
    return None
