from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from network_guard import LeftLoopbackError

# TEST-NET-1: no machine has this address.
ELSEWHERE = "192.0.2.1"


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as plain, pytest.raises(LeftLoopbackError):
        plain.connect((ELSEWHERE, 80))


def test_the_lookup_of_a_name_is_refused() -> None:
    with pytest.raises(LeftLoopbackError):
        socket.getaddrinfo("example.com", 80)


def test_a_datagram_to_another_machine_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as plain, pytest.raises(LeftLoopbackError):
        plain.sendto(b"x", (ELSEWHERE, 53))


def test_an_async_request_to_another_machine_is_refused() -> None:
    async def run() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(f"http://{ELSEWHERE}/")

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - task groups may wrap it; the next line looks inside
        asyncio.run(run())
    assert "192.0.2.1" in repr(caught.value)


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
