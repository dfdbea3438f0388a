"""A server that counts connections and can hold responses back, and concurrent calls."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import httpx
import pytest

from driver import Driver
from runtime.services import credential, show


def response_for(access_key: str) -> bytes:
    body = credential(access_key).body
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


OK = response_for("AK")


class Server(socketserver.ThreadingTCPServer):
    """Sends its responses in turn, or the requested key; responds only once so many requests are `together`."""

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, *responses: bytes, closes: bool = False, together: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.responses, self.closes, self.together = list(responses), closes, together
        self.connections = self.requests = self.most_at_once = self._now = 0
        self.received, self.may_respond, self.closed = threading.Event(), threading.Event(), threading.Semaphore(0)
        self.may_respond.set()
        self._met, self._lock = threading.Event(), threading.Lock()
        self._open: set[Any] = set()

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as socketserver calls it
        with self._lock:
            self.connections += 1
            self._open.add(request)
        with contextlib.suppress(ConnectionError):
            head = b""
            while received := request.recv(65536):
                head += received
                if head.endswith(b"\r\n\r\n"):
                    request.sendall(self._response(head))
                    head = b""
                    if self.closes:
                        return

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
        self.closed.release()

    def _response(self, head: bytes) -> bytes:
        with self._lock:
            self.requests += 1
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            if self._now >= self.together:
                self._met.set()
        self.received.set()
        assert self._met.wait(20)
        assert self.may_respond.wait(20)
        with self._lock:
            self._now -= 1
            if self.responses:
                return self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        return response_for(head.partition(b" HTTP/1.1")[0].rpartition(b"/")[2].decode())

    def wait_until_closed(self) -> None:
        """Wait until no connection is open; the server may accept one only after the client has closed it."""
        while self._open:
            assert self.closed.acquire(timeout=20)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.may_respond.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def names(count: int) -> list[str]:
    return [f"AK{number}" for number in range(count)]


def show_all(driver: Driver, huawei: Any, access_keys: list[str]) -> list[Any]:
    """Show access keys concurrently, in as many threads or tasks, and return their IDs."""
    if not driver.is_async:
        with ThreadPoolExecutor(len(access_keys)) as pool:
            return [shown.access for shown in pool.map(lambda key: show(driver, huawei, key), access_keys)]

    async def gather() -> list[Any]:
        return await asyncio.gather(*(huawei.iam_v3.show_permanent_access_key(key) for key in access_keys))

    return [shown.credential.access for shown in driver.run(gather)]


@contextlib.contextmanager
def call_under_way(driver: Driver, huawei: Any, server: Server | None = None) -> Iterator[Callable[[], Any]]:
    """Start a call that the server holds back, if there is one; yield a function that finishes the call."""
    if server:
        server.received.clear()
        server.may_respond.clear()
    if not driver.is_async:
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(show, driver, huawei)
            time.sleep(0.05)
            assert server is None or server.received.wait(20)
            yield lambda: future.result(20)
        return

    async def begin() -> asyncio.Task[Any]:
        task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
        await asyncio.sleep(0.05)
        while server and not server.received.is_set():  # noqa: ASYNC110 - set by a thread
            await asyncio.sleep(0.001)
        return task

    task = driver.run(begin)
    yield lambda: driver.run(lambda: asyncio.wait_for(task, 20))


def limit_connections(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    monkeypatch.setattr("cloudkeys.runtime.connections._LIMITS", httpx.Limits(**limits))
