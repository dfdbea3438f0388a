"""The floor: a socket, a signature and msgspec, with no HTTP library at all."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

from contenders import Place
from contenders.bare_httpx import SECRETS
from contenders.signature import signed


def _request(place: Place) -> bytes:
    headers = {"Host": place.host, **signed(place.host, "/v1/100/secrets", "limit=100")}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET /v1/100/secrets?limit=100 HTTP/1.1\r\n{lines}\r\n".encode()


def _address(place: Place) -> tuple[str, int]:
    host, _, port = place.host.partition(":")
    return host, int(port)


def calls(place: Place) -> dict[str, Callable[[], int]]:
    connection = socket.create_connection(_address(place))

    def one() -> int:
        connection.sendall(_request(place))
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(1 << 18)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.rpartition(b" ")[2])
        while len(body) < length:
            body += connection.recv(1 << 18)
        return len(SECRETS.decode(body).secrets)

    return {"secrets": one}


def call_async(place: Place) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    tls = ssl.create_default_context(cafile=place.authority) if place.url.startswith("https") else None
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call() -> int:
        reader, writer = idle.pop() if idle else await asyncio.open_connection(*_address(place), ssl=tls, limit=1 << 20)
        writer.write(_request(place))
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.rstrip().rpartition(b" ")[2]))
        idle.append((reader, writer))
        return len(SECRETS.decode(body).secrets)

    async def close() -> None:
        for _, writer in idle:
            writer.close()

    return call, close
