"""Services for the transports of sync and async calls, and how one body of a test calls both."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from cloudkeys.runtime.asyncio_transport import AsyncioTransport
from cloudkeys.runtime.socket_transport import SocketTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Service:
    """Answers each request with the next of its answers, from when so many were under way together, and counts."""

    def __init__(self, *answers: bytes, closes: bool = False, together: int = 1) -> None:
        self.answers, self.closes = list(answers), closes
        self.together, self._met = together, asyncio.Event()
        self.connections, self.requests, self.most_at_once, self._now = 0, list[bytes](), 0, 0
        self.asked, self.may_answer, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Semaphore(0)
        self.may_answer.set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                await self.may_answer.wait()
                if self._now >= self.together:
                    self._met.set()
                await asyncio.wait_for(self._met.wait(), 10)
                self._now -= 1
                writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
                await writer.drain()
                if self.closes:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self.closed.release()


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


async def get(transport: httpx.AsyncBaseTransport, url: str, **seconds: float) -> bytes:
    request = httpx.Request("GET", url, extensions={"timeout": {"read": 5, "connect": 5, "pool": 5} | seconds})
    response = await transport.handle_async_request(request)
    async with contextlib.aclosing(response):
        return await response.aread()


async def turns(count: int = 10) -> None:
    """Let the event loop do all that it can do by now: on loopback, what was sent is there at once."""
    for _ in range(count):
        await asyncio.sleep(0)


def run(body: Callable[[], Awaitable[Any]]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(20):
            return await body()

    return asyncio.run(bounded())
