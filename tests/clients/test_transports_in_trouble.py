"""The transports against services that behave badly or not at all, and calls that are broken off."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
from typing import Any

import httpx
import pytest

from clients.transports import OK, Open, Service, get, opened, run, served, turns

BROKEN = {
    "nothing": (b"", httpx.RemoteProtocolError, "without a response"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", httpx.RemoteProtocolError, "without a response"),
    "half a body": (OK[:-1], httpx.RemoteProtocolError, "without sending complete"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", httpx.RemoteProtocolError, "illegal status line"),
    "two lengths": (
        OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
        httpx.RemoteProtocolError,
        "conflicting",
    ),
    "an endless head": (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000, httpx.RemoteProtocolError, "too large|too long"),
    "announcements": (b"HTTP/1.1 100 Continue\r\n\r\n" * 100, httpx.RemoteProtocolError, "announcements"),
    "another protocol": (b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", httpx.RemoteProtocolError, "."),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_response_is_a_typed_error_and_its_connection_is_closed(kind: str, opening: Open) -> None:
    answer, error, message = BROKEN[kind]
    service = Service(answer, OK, closes=True)

    async def body() -> bytes:
        async with served(service) as url, opening(max_connections=1) as transport:
            with pytest.raises(error, match=message):
                await get(transport, url)
            return await get(transport, url)

    assert run(body) == b"ok"
    assert service.connections == 2


@pytest.mark.parametrize("apart", [False, True])
def test_what_nobody_asked_for_is_not_taken_for_the_next_response(apart: bool, opening: Open) -> None:  # noqa: FBT001
    stray = OK.replace(b"ok", b"no")

    async def body() -> tuple[list[bytes], int]:
        service, taken, sent = Service(OK), asyncio.Semaphore(0), asyncio.Semaphore(0)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            service.connections += 1
            writer.write(OK)
            if apart:
                await taken.acquire()
            writer.write(stray)
            sent.release()
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()

        async with served(serve) as url, opening() as transport:
            found = []
            for _ in range(3):
                found.append(await get(transport, url))
                taken.release()
                await sent.acquire()
                await turns()
            return found, service.connections

    assert run(body) == ([b"ok"] * 3, 3)


@pytest.mark.parametrize("awaited", ["read", "connect", "pool"])
def test_each_time_out_has_its_own_name(awaited: str, opening: Open) -> None:
    called = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    async def body() -> None:
        async with served(silent) as url, opening(max_connections=1) as transport:
            held = asyncio.create_task(get(transport, url) if awaited == "pool" else asyncio.sleep(0))
            if awaited == "pool":
                await called.wait()
            # A TLS handshake that nobody answers is a part of connecting.
            asked = url.replace("http:", "https:") if awaited == "connect" else url
            kinds = {"read": httpx.ReadTimeout, "connect": httpx.ConnectTimeout, "pool": httpx.PoolTimeout}
            with pytest.raises(kinds[awaited]):
                await get(transport, asked, **{awaited: 0.05})
            held.cancel()
            await asyncio.gather(held, return_exceptions=True)

    run(body)


def test_a_call_that_is_cancelled_leaves_room_for_the_next() -> None:
    service = Service(OK)

    async def body() -> bytes:
        async with served(service) as url, opened(max_connections=1) as transport:
            service.may_answer.clear()
            for reached in (turns(0), turns(1), turns(3), service.asked.wait()):
                task = asyncio.create_task(get(transport, url))
                await reached
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            service.may_answer.set()
            return await get(transport, url)

    assert run(body) == b"ok"


def test_a_body_that_is_left_unread_ends_its_connection() -> None:
    service = Service(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 5_000_000)

    async def body() -> None:
        async with served(service) as url, opened(max_connections=1) as transport:
            for _ in range(2):
                response = await transport.handle_async_request(httpx.Request("GET", url))
                async for chunk in response.aiter_raw():
                    assert len(chunk) <= 65536
                    break
                await response.aclose()
                await response.aclose()

    run(body)
    assert service.connections == 2


def test_a_service_that_is_faster_than_its_reader_is_held_back() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while sent < 200_000_000:
                writer.write(b"x" * 1_000_000)
                await writer.drain()
                sent += 1_000_000
        writer.close()

    async def body() -> None:
        async with served(flood) as url, opened() as transport:
            response = await transport.handle_async_request(httpx.Request("GET", url))
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(0.05)
            await response.aclose()

    run(body)
    assert sent < 50_000_000, "what the operating system keeps, and a little more"


def test_closing_fails_what_is_under_way(opening: Open) -> None:
    service = Service(OK)
    service.may_answer.clear()

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            task = asyncio.create_task(get(transport, url))
            await service.asked.wait()
            await transport.aclose()
            with pytest.raises(httpx.TransportError):
                await task

    run(body)


def test_a_call_that_outlives_its_transport_leaves_no_connection(opening: Open) -> None:
    service = Service(OK)
    service.may_answer.clear()

    async def body() -> None:
        async with served(service) as url, opening(max_connections=1) as transport:
            # The second waits for room, which it is given when the first fails.
            tasks = [asyncio.create_task(get(transport, url)) for _ in range(2)]
            await service.asked.wait()
            closing = asyncio.create_task(transport.aclose())
            ((failed,), _) = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            with pytest.raises(httpx.TransportError):
                await failed
            service.may_answer.set()
            assert b"ok" in await asyncio.gather(*tasks, return_exceptions=True)
            await closing
            for _ in tasks:
                await service.closed.acquire()

    run(body)


def test_a_port_where_nobody_listens(opening: Open) -> None:
    async def body() -> None:
        async with opening() as transport:
            async with served(Service(OK)) as url:
                pass
            with pytest.raises(httpx.ConnectError, match=r"Connect call failed|refused"):
                await get(transport, url)

    run(body)


@pytest.mark.parametrize("first", ["silent", "refused"])
def test_the_next_address_of_a_host_is_tried_beside_one_that_does_not_answer(first: str, monkeypatch: Any) -> None:
    service = Service(OK)

    async def body() -> None:
        loop = asyncio.get_running_loop()
        connecting = loop.create_connection
        tried: list[str] = []

        async def resolved(_host: str, port: int, **_: Any) -> list[Any]:
            return [(None, None, 0, "", (address, port)) for address in ("127.0.0.9", "127.0.0.9", "127.0.0.1")]

        async def create(factory: Any, host: str, port: int) -> Any:
            tried.append(host)
            if host == "127.0.0.1":
                return await connecting(factory, host, port)
            if first == "silent":
                await asyncio.sleep(30)
            raise ConnectionRefusedError(f"{host} refused")

        monkeypatch.setattr(loop, "getaddrinfo", resolved)
        monkeypatch.setattr(loop, "create_connection", create)
        async with served(service) as url, opened() as transport:
            assert await get(transport, url) == b"ok"
        assert tried == ["127.0.0.9", "127.0.0.1"]

    run(body)


@pytest.mark.parametrize("wait", [0, 0.0001, 0.0003, 0.001, 0.003])
def test_connecting_that_is_cancelled_leaves_no_socket(wait: float) -> None:
    service = Service(OK)

    async def body() -> None:
        async with served(service) as url, opened() as transport:
            for _ in range(20):
                task = asyncio.create_task(get(transport, url))
                await asyncio.sleep(wait)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            # The service has to take what was connected before it can close it.
            await turns(100)
        gc.collect()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        run(body)
        gc.collect()
    assert [str(one.message) for one in caught] == []
