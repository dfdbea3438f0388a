"""The pools: a transport has one request at a time, and is used again only after one that went well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys.runtime import network
from cloudkeys.runtime import pool as pools

LIMITS = httpx.Limits(max_connections=2, keepalive_expiry=5)


class _Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Plays the transports of httpx, sync and async."""

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

    def abandon(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


class _Pool:
    """A pool, sync or async, that tests call in the same way."""

    def __init__(self, run: Callable[[Coroutine[Any, Any, Any]], Any] | None) -> None:
        self._run = run
        self._pool: Any = run(self._made()) if run else pools.Pool(limits=LIMITS)

    async def _made(self) -> pools.AsyncPool:
        return pools.AsyncPool(limits=LIMITS)

    def send(self, method: str = "GET", wait: float = 1) -> httpx.Response:
        request = httpx.Request(method, "http://x.invalid", extensions={"timeout": {"pool": wait}})
        sent = self._pool.handle_async_request(request) if self._run else self._pool.handle_request(request)
        response: httpx.Response = self._run(sent) if self._run else sent
        return response

    def end(self, response: httpx.Response) -> _Transport:
        self._run(response.aread()) if self._run else response.read()
        transport: _Transport = response.extensions["by"]
        return transport

    def close_body(self, response: httpx.Response) -> None:
        stream: Any = response.stream
        self._run(stream.aclose()) if self._run else stream.close()

    def close(self) -> None:
        self._run(self._pool.aclose()) if self._run else self._pool.close()


@pytest.fixture(params=["sync", "async"])
def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Pool]:
    monkeypatch.setattr(network, "Transport", _Transport)
    monkeypatch.setattr(network, "AsyncTransport", _Transport)
    with asyncio.Runner() as runner:
        yield _Pool(runner.run if request.param == "async" else None)


def test_one_after_the_other_share_a_transport_and_two_at_a_time_do_not(pool: _Pool) -> None:
    first = pool.end(pool.send())
    one, other = pool.send(), pool.send()
    assert pool.end(other) is not pool.end(one) is first
    assert pool.end(pool.send()) is first, "the last that was used"


def test_after_a_failure_nothing_is_used_again(pool: _Pool) -> None:
    used = pool.end(pool.send())
    for _ in range(3):  # more than there may be at a time
        with pytest.raises(KeyboardInterrupt):
            pool.send("POST")
    assert pool.end(pool.send()) is not used


def test_what_was_idle_too_long_is_closed(pool: _Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pool.send(), pool.send()
    idle = [pool.end(one), pool.end(other)]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 6)
    assert pool.end(pool.send()) not in idle
    assert [transport.is_closed for transport in idle] == [True, True]


def test_closing_ends_what_is_busy_and_what_is_idle(pool: _Pool) -> None:
    busy = pool.send()
    idle = pool.end(pool.send())
    pool.close()
    assert idle.is_closed
    assert busy.extensions["by"].is_closed


def test_after_an_interrupted_body_the_transport_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "Transport", _Transport)
    pool = _Pool(None)
    response = pool.send()
    response.close()
    assert pool.end(pool.send()) is not response.extensions["by"]


def test_no_more_async_requests_run_at_a_time_than_there_may_be_connections(
    pool: _Pool, request: pytest.FixtureRequest
) -> None:
    one, _other = pool.send(), pool.send()
    if "async" in request.node.callspec.params.values():
        with pytest.raises(httpx.PoolTimeout):
            pool.send(wait=0.01)
    pool.end(one)
    pool.send()


def test_a_body_that_is_closed_twice_gives_its_transport_back_once(pool: _Pool) -> None:
    response = pool.send()
    used = pool.end(response)
    pool.close_body(response)
    one, other = pool.send(), pool.send()
    assert pool.end(one) is used
    assert pool.end(other) is not used
