"""A service that counts connections and can hold responses back, and concurrent calls."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from driver import Driver
from runtime.services import ONCE, TOKEN, credential, show


def response_for(access_key: str) -> bytes:
    body = credential(access_key).body
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


OK = response_for("AK")


class Service:
    """Sends its responses in turn, or the requested key; responds only once so many requests are `together`."""

    def __init__(self, *responses: bytes, closes: bool = False, together: int = 1) -> None:
        self.responses, self.closes, self.together = list(responses), closes, together
        self.connections = self.requests = self.most_at_once = self._now = 0
        self.asked, self.may_respond, self.closed = threading.Event(), threading.Event(), threading.Semaphore(0)
        self.may_respond.set()
        self._met, self._lock = threading.Event(), threading.Lock()
        self.open: set[socket.socket] = set()

    def serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self.open.add(connection)
        try:
            while True:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    received = connection.recv(65536)
                    if not received:
                        return
                    head += received
                connection.sendall(self._response(head))
                if self.closes:
                    return
        except ConnectionError:
            pass
        finally:
            self.open.discard(connection)
            connection.close()
            self.closed.release()

    def _response(self, head: bytes) -> bytes:
        with self._lock:
            self.requests += 1
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            if self._now >= self.together:
                self._met.set()
        self.asked.set()
        assert self._met.wait(20)
        assert self.may_respond.wait(20)
        with self._lock:
            self._now -= 1
            if self.responses:
                return self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        return response_for(head.partition(b" HTTP/1.1")[0].rpartition(b"/")[2].decode())

    def wait_until_closed(self) -> None:
        """Wait until no connection is open; the service may accept one only after the client has closed it."""
        while self.open:
            assert self.closed.acquire(timeout=20)


@contextlib.contextmanager
def served(service: Service) -> Iterator[str]:
    class Connected(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            service.serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 256
        daemon_threads = True

    with Server(("127.0.0.1", 0), Connected) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            service.may_respond.set()
            server.shutdown()
            for connection in list(service.open):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def opened(driver: Driver, base_url: str, **options: Any) -> Any:
    """Return a client of Huawei Cloud that calls over sockets."""
    settings: dict[str, Any] = {"token": TOKEN, "retry": ONCE, "connections": driver.connections()}
    return driver.front_classes[1](base_url=base_url, **settings | options)


def names(count: int) -> list[str]:
    return [f"AK{number}" for number in range(count)]


def show_all(driver: Driver, huawei: Any, access_keys: list[str]) -> list[Any]:
    """Show access keys concurrently, in as many threads or tasks; return their IDs, or the exceptions."""
    if not driver.is_async:

        def work(access_key: str) -> Any:
            try:
                return show(driver, huawei, access_key).access
            except Exception as error:  # noqa: BLE001 - returned
                return error

        with ThreadPoolExecutor(len(access_keys)) as pool:
            return list(pool.map(work, access_keys))

    async def run() -> list[Any]:
        calls = (huawei.iam_v3.show_permanent_access_key(access_key) for access_key in access_keys)
        found = await asyncio.gather(*calls, return_exceptions=True)
        return [one if isinstance(one, BaseException) else one.credential.access for one in found]

    results: list[Any] = driver.run(run)
    return results


@contextlib.contextmanager
def call_under_way(driver: Driver, huawei: Any, service: Service | None) -> Iterator[Callable[[], Any]]:
    """Start a call that the service holds back, or that waits for a connection where there is no service.

    Yields:
        A function that returns the result of the call, or raises.
    """
    if service:
        service.asked.clear()
        service.may_respond.clear()

    def is_waiting() -> bool:
        return service is None or service.asked.is_set()

    if driver.is_async:

        async def begin() -> asyncio.Task[Any]:
            task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
            await asyncio.sleep(0.05)
            while not is_waiting():  # noqa: ASYNC110 - set by a thread
                await asyncio.sleep(0.001)
            return task

        task = driver.run(begin)

        async def finish() -> Any:
            async with asyncio.timeout(20):
                return await task

        yield lambda: driver.run(finish)
    else:
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(show, driver, huawei)
            time.sleep(0.05)
            while not is_waiting():
                time.sleep(0.001)
            yield lambda: future.result(20)


def limit_connections(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    monkeypatch.setattr("cloudkeys.runtime.connections._LIMITS", httpx.Limits(**limits))
