"""The transports of sync and of async calls, against services that behave well, badly, and not at all."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
import trustme

from cloudkeys.asyncio_transport import AsyncioTransport
from cloudkeys.socket_transport import SocketTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Service:
    """Answers each request with the next of its answers, from when so many were under way together, and counts."""

    def __init__(self, *answers: bytes, closes: bool = False, delay: float = 0, together: int = 1) -> None:
        self.answers, self.closes, self.delay = list(answers), closes, delay
        self.together, self._met = together, asyncio.Event()
        self.connections, self.requests, self.most_at_once, self._now = 0, list[bytes](), 0, 0
        self.asked = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                await asyncio.sleep(self.delay)
                if self._now >= self.together:
                    self._met.set()
                await asyncio.wait_for(self._met.wait(), 10)
                self._now -= 1
                writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
                await writer.drain()
                if self.closes:
                    break
        writer.close()


@contextlib.asynccontextmanager
async def served(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    writers: list[asyncio.StreamWriter] = []
    tasks: list[asyncio.Task[Any]] = []

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.extend(task for task in [asyncio.current_task()] if task)
        await serve(reader, writer)

    server = await asyncio.start_server(noted, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://localhost:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for writer, task in zip(writers, tasks, strict=True):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


class OnThreads(httpx.AsyncBaseTransport):
    """The transport of sync calls, each call on a thread, so that one body of a test runs both."""

    def __init__(self, verify: ssl.SSLContext, **options: Any) -> None:
        self.sync = SocketTransport(verify, **options)
        self._threads = ThreadPoolExecutor(100)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        def call() -> httpx.Response:
            response = self.sync.handle_request(request)
            with contextlib.closing(response):
                return httpx.Response(response.status_code, content=response.read())

        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def aclose(self) -> None:
        self.sync.close()
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)


Open = Callable[..., contextlib.AbstractAsyncContextManager[Any]]


@contextlib.asynccontextmanager
async def opened(
    verify: ssl.SSLContext | None = None, *, kind: type[Any] = AsyncioTransport, **options: Any
) -> AsyncIterator[Any]:
    transport = kind(verify or ssl.create_default_context(), **options)
    try:
        yield transport
    finally:
        await transport.aclose()


KINDS: list[type[Any]] = [OnThreads, AsyncioTransport]


@pytest.fixture(params=KINDS, ids=["sync", "async"])
def opening(request: pytest.FixtureRequest) -> Open:
    """Open a transport: the same test for sync and async calls."""
    return partial(opened, kind=request.param)


async def get(transport: httpx.AsyncBaseTransport, url: str, **seconds: float) -> bytes:
    request = httpx.Request("GET", url, extensions={"timeout": {"read": 5, "connect": 5, "pool": 5} | seconds})
    response = await transport.handle_async_request(request)
    async with contextlib.aclosing(response):
        return await response.aread()


def run(body: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(20):
            return await body()

    return asyncio.run(bounded())


def test_calls_one_after_another_share_a_connection(opening: Open) -> None:
    service = Service(OK)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            assert [await get(transport, url) for _ in range(5)] == [b"ok"] * 5

    run(body)
    assert (service.connections, len(service.requests)) == (1, 5)


@pytest.mark.parametrize(("most", "calls"), [(1, 5), (3, 20), (100, 64)])
def test_no_more_calls_are_under_way_than_there_may_be_connections(most: int, calls: int, opening: Open) -> None:
    # Nobody is answered before so many have asked.
    service = Service(OK, together=min(most, calls))

    async def body() -> None:
        async with served(service) as url, opening(max_connections=most) as transport:
            assert await asyncio.gather(*(get(transport, url) for _ in range(calls))) == [b"ok"] * calls

    run(body)
    assert service.most_at_once == service.connections == min(most, calls)


BODIES = {
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    "announced": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "none": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_form_of_a_body_is_read_and_the_connection_used_again(kind: str, opening: Open) -> None:
    service = Service(BODIES[kind])

    async def body() -> list[bytes]:
        async with served(service) as url, opening() as transport:
            return [await get(transport, url) for _ in range(3)]

    assert run(body) == [b"" if kind in {"empty", "none"} else b"ok"] * 3
    assert service.connections == 1


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\n\r\nok", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", OK],
    ids=["ended by the close", "HTTP/1.0", "kept alive, then closed"],
)
def test_a_service_that_closes_gets_a_new_connection(answer: bytes, opening: Open) -> None:
    service = Service(answer, closes=True)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            for _ in range(3):
                assert await get(transport, url) == b"ok"
                await asyncio.sleep(0.02)

    run(body)
    assert service.connections == 3


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


@pytest.mark.parametrize("later", [0, 0.02])
def test_what_nobody_asked_for_is_not_taken_for_the_next_response(later: float, opening: Open) -> None:
    stray = OK.replace(b"ok", b"no")

    async def body() -> tuple[list[bytes], int]:
        service = Service(OK)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            service.connections += 1
            writer.write(OK)
            await asyncio.sleep(later)
            writer.write(stray)
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()

        async with served(serve) as url, opening() as transport:
            found = []
            for _ in range(3):
                found.append(await get(transport, url))
                await asyncio.sleep(0.05)
            return found, service.connections

    assert run(body) == ([b"ok"] * 3, 3)


@pytest.mark.parametrize("awaited", ["read", "connect", "pool"])
def test_each_time_out_has_its_own_name(awaited: str, opening: Open) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def body() -> None:
        async with served(silent) as url, opening(max_connections=1) as transport:
            held = asyncio.create_task(get(transport, url) if awaited == "pool" else asyncio.sleep(0))
            await asyncio.sleep(0.01)
            # A TLS handshake that nobody answers is a part of connecting.
            asked = url.replace("http:", "https:") if awaited == "connect" else url
            kinds = {"read": httpx.ReadTimeout, "connect": httpx.ConnectTimeout, "pool": httpx.PoolTimeout}
            with pytest.raises(kinds[awaited]):
                await get(transport, asked, **{awaited: 0.05})
            held.cancel()
            await asyncio.gather(held, return_exceptions=True)

    run(body)


def test_a_call_that_is_cancelled_leaves_room_for_the_next() -> None:
    service = Service(OK, delay=0.2)

    async def body() -> bytes:
        async with served(service) as url, opened(max_connections=1) as transport:
            for wait in (0, 0.01, 0.05):
                task = asyncio.create_task(get(transport, url))
                await asyncio.sleep(wait)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
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
            await asyncio.sleep(0.3)
            await response.aclose()

    run(body)
    assert sent < 50_000_000, "what the operating system keeps, and a little more"


def test_closing_fails_what_is_under_way(opening: Open) -> None:
    service = Service(OK, delay=5)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            task = asyncio.create_task(get(transport, url))
            await service.asked.wait()
            await transport.aclose()
            with pytest.raises(httpx.TransportError):
                await task

    run(body)


def test_a_port_where_nobody_listens(opening: Open) -> None:
    async def body() -> None:
        async with opening() as transport:
            async with served(Service(OK)) as url:
                pass
            with pytest.raises(httpx.ConnectError, match=r"Connect call failed|refused"):
                await get(transport, url)

    run(body)


def test_a_server_is_checked_and_http_2_never_agreed_on(opening: Open) -> None:
    authority = trustme.CA()
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusting)
    server.set_alpn_protocols(["h2", "http/1.1"])
    trusting.set_alpn_protocols(["h2"])
    agreed: list[str | None] = []
    service = Service(OK)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agreed.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await service(reader, writer)

    async def body() -> None:
        async with served(serve, server) as url:
            async with opening(trusting) as transport:
                assert await asyncio.gather(*(get(transport, url) for _ in range(3))) == [b"ok"] * 3
                assert await get(transport, url) == b"ok"
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    await get(transport, url.replace("localhost", "127.0.0.1"))
            async with opening() as transport:
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    await get(transport, url)

    run(body)
    assert agreed == ["http/1.1"] * 3


def test_a_connection_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch, opening: Open) -> None:
    service = Service(OK)
    for module in ("asyncio_connection", "socket_transport"):
        monkeypatch.setattr(f"cloudkeys.{module}.IDLE_SECONDS", 0.05)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            await asyncio.gather(get(transport, url), get(transport, url))
            await asyncio.sleep(0.1)
            await get(transport, url)
            kept: Any = vars(getattr(transport, "sync", transport))["_idle"]
            assert [len(idle) for idle in kept.values()] == [1]

    run(body)
    assert service.connections == 3


def test_a_small_body_is_sent(opening: Open) -> None:
    service = Service(OK)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            response = await transport.handle_async_request(httpx.Request("POST", url, content=b"\r\n\r\n"))
            assert await response.aread() == b"ok"
            await response.aclose()

    run(body)
    assert b"content-length: 4\r\n" in service.requests[0].lower()


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
            await asyncio.sleep(0.05)
        gc.collect()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        run(body)
        gc.collect()
    assert [str(one.message) for one in caught] == []


def test_a_request_that_cannot_be_sent_is_refused(opening: Open) -> None:
    service = Service(OK)

    async def body() -> bytes:
        async with served(service) as url, opening(max_connections=1) as transport:
            with pytest.raises(httpx.LocalProtocolError):
                await transport.handle_async_request(httpx.Request("GET", url, headers={"A": "b\r\nC: d"}))
            return await get(transport, url)

    assert run(body) == b"ok"
    assert len(service.requests) == 1
