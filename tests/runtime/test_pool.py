"""The layer between a client and httpx's transports: pools, authentication, headers and event loops."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Callable, Coroutine, Generator, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime import network
from cloudkeys.runtime import pool as pools
from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient

LIMITS = httpx.Limits(max_connections=2, keepalive_expiry=5)
URL = "https://kms.example/v1"


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Plays httpx's transports, sync and async; a POST is interrupted."""

    def __init__(self, limits: httpx.Limits) -> None:
        assert limits.max_connections == 1
        self.is_closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise KeyboardInterrupt
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"), extensions={"by": self})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def close(self) -> None:
        self.is_closed = True

    abandon = close

    async def aclose(self) -> None:
        self.is_closed = True


class AnyPool:
    """A pool, sync or async, with one interface for both."""

    def __init__(self, run: Callable[[Coroutine[Any, Any, Any]], Any] | None) -> None:
        self.run = run
        self._pool: Any = run(self._made()) if run else pools.Pool(limits=LIMITS)

    async def _made(self) -> pools.AsyncPool:
        return pools.AsyncPool(limits=LIMITS)

    def send(self, method: str = "GET", wait: float = 1) -> httpx.Response:
        request = httpx.Request(method, "http://x.invalid", extensions={"timeout": {"pool": wait}})
        sent = self._pool.handle_async_request(request) if self.run else self._pool.handle_request(request)
        response: httpx.Response = self.run(sent) if self.run else sent
        return response

    def read(self, response: httpx.Response) -> FakeTransport:
        self.run(response.aread()) if self.run else response.read()
        transport: FakeTransport = response.extensions["by"]
        return transport

    def close_body(self, response: httpx.Response) -> None:
        stream: Any = response.stream
        self.run(stream.aclose()) if self.run else stream.close()

    def close(self) -> None:
        self.run(self._pool.aclose()) if self.run else self._pool.close()


@pytest.fixture(params=["sync", "async"])
def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnyPool]:
    monkeypatch.setattr(network, "Transport", FakeTransport)
    monkeypatch.setattr(network, "AsyncTransport", FakeTransport)
    with asyncio.Runner() as runner:
        yield AnyPool(runner.run if request.param == "async" else None)


def test_a_transport_sends_one_request_at_a_time_and_is_reused(pool: AnyPool) -> None:
    first = pool.read(pool.send())
    one, other = pool.send(), pool.send()
    assert pool.read(other) is not pool.read(one) is first
    assert pool.read(pool.send()) is first, "the last one used"


def test_no_transport_is_reused_after_a_failure(pool: AnyPool) -> None:
    used = pool.read(pool.send())
    for _ in range(3):  # more than the limit
        with pytest.raises(KeyboardInterrupt):
            pool.send("POST")
    assert pool.read(pool.send()) is not used


def test_a_transport_that_was_idle_too_long_is_closed(pool: AnyPool, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pool.send(), pool.send()
    idle = [pool.read(one), pool.read(other)]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 6)
    assert pool.read(pool.send()) not in idle
    assert [transport.is_closed for transport in idle] == [True, True]


def test_closing_a_pool_closes_busy_and_idle_transports(pool: AnyPool) -> None:
    busy = pool.send()
    idle = pool.read(pool.send())
    pool.close()
    assert idle.is_closed
    assert busy.extensions["by"].is_closed


def test_a_transport_is_reused_only_after_its_body_was_read_and_only_once(pool: AnyPool) -> None:
    unread = pool.send()
    pool.close_body(unread)
    response = pool.send()
    used = pool.read(response)
    assert used is not unread.extensions["by"]
    pool.close_body(response)
    one, other = pool.send(), pool.send()
    assert pool.read(one) is used
    assert pool.read(other) is not used


def test_async_requests_wait_for_a_free_connection(pool: AnyPool) -> None:
    one, _other = pool.send(), pool.send()
    if pool.run:
        with pytest.raises(httpx.PoolTimeout):
            pool.send(wait=0.01)
    pool.read(one)
    pool.send()


class Body(httpx.ByteStream):
    is_closed = False

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


class Login(httpx.Auth):
    def __init__(self, *, fails: bool) -> None:
        self.fails = fails

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield httpx.Request("POST", URL)
        if self.fails:
            raise CredentialsError("there is no token")
        yield request


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("fails", "closed"), [(False, [True, False]), (True, [True])])
def test_each_response_of_an_authentication_is_closed(*, is_async: bool, fails: bool, closed: list[bool]) -> None:
    bodies: list[Body] = []

    def respond(_: httpx.Request) -> httpx.Response:
        bodies.append(Body(b""))
        return httpx.Response(200, stream=bodies[-1])

    transport, auth = httpx.MockTransport(respond), Login(fails=fails)

    def send() -> httpx.Response:
        if not is_async:
            client = DirectClient(lambda _: transport)
            return client.send(client.build_request("GET", URL, {}, 1), auth=auth)
        twin = AsyncDirectClient(lambda _: transport)
        return asyncio.run(twin.send(twin.build_request("GET", URL, {}, 1), auth=auth))

    if fails:
        with pytest.raises(CredentialsError):
            send()
    else:
        send()
    assert [body.is_closed for body in bodies] == closed


def test_each_request_has_its_own_host_and_each_header_once() -> None:
    client = DirectClient(lambda _: httpx.MockTransport(lambda _: httpx.Response(200)))
    for host in ("a.example", "b.example", "a.example:8443", "a.example"):
        request = client.build_request("GET", f"https://{host}/", {"accept": "application/json"}, None)
        assert request.headers.get_list("host") == [host]
        assert request.headers.get_list("accept") == ["application/json"]
        assert "gzip" in request.headers["Accept-Encoding"]


def test_each_event_loop_has_its_own_client_until_it_ends() -> None:
    connections = Connections()

    async def client() -> weakref.ref[object]:
        return weakref.ref(connections.async_client())

    with asyncio.Runner() as one, asyncio.Runner() as other:
        found = one.run(client()), other.run(client()), one.run(client())
        assert found[0]() is found[2]() is not None
        assert found[1]() not in {None, found[0]()}
    # The next loop that makes a client drops those of loops that ended.
    asyncio.run(client())
    gc.collect()
    assert [each() for each in found] == [None, None, None]
