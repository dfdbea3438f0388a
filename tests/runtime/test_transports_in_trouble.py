"""Connections with services that behave badly or not at all, and calls that are broken off."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stamina.instrumentation
import stamina.typing
import trustme

from cloudkeys import RetryPolicy
from cloudkeys.errors import ConnectionFailedError, ResponseTooLargeError, TimedOutError
from driver import Driver, over_async_sockets, over_sockets, raw_server
from runtime.failing import failure_at
from runtime.services import AT_ONCE, ONCE, show
from runtime.transports import OK, Service, limit, opened, served, shown_together, under_way

BROKEN = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": OK[:-1],
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "two lengths": OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
    "an endless head": b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000,
    "announcements": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}


@over_sockets
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_response_is_an_error_of_ours_and_the_call_is_repeated(driver: Driver, kind: str) -> None:
    with served(Service(BROKEN[kind], closes=True)) as base_url:
        assert type(failure_at(driver, base_url)) is ConnectionFailedError
    service = Service(BROKEN[kind], BROKEN[kind], OK, closes=True)
    with served(service) as base_url:
        assert show(driver, opened(driver, base_url, retry=AT_ONCE)).access == "AK"
    assert service.connections == 3


@over_async_sockets
@pytest.mark.parametrize(("awaited", "name"), [("connect", "ConnectTimeout"), ("pool", "PoolTimeout")])
def test_each_time_out_of_async_calls_is_one_of_ours(
    driver: Driver, awaited: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, max_connections=1)
    service = Service()
    with served(service) as base_url:
        # A TLS handshake that nobody takes part in is a part of connecting.
        url = base_url.replace("http:", "https:") if awaited == "connect" else base_url
        huawei = opened(driver, url, timeout=httpx.Timeout(20, **{awaited: 0.1}))
        waiting = under_way(driver, huawei, service) if awaited == "pool" else contextlib.nullcontext()
        with waiting:
            (error,) = shown_together(driver, huawei, ["AK"])
            service.may_respond.set()
    assert type(error) is TimedOutError
    # To aiohttp, waiting for a connection of the pool is a part of connecting.
    assert ("ConnectTimeout" if driver.aiohttp else name) in str(error)


@over_sockets
def test_a_body_that_is_left_unread_keeps_no_connection(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, max_connections=1)
    with served(Service(OK.replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n") + b"", OK)) as base_url:
        huawei = opened(driver, base_url, largest_response=10)
        for _ in range(3):
            with pytest.raises(ResponseTooLargeError):
                show(driver, huawei)
        assert show(driver, huawei.with_options(largest_response=1000)).access == "AK"


@over_sockets
@pytest.mark.parametrize("retry", [ONCE, AT_ONCE], ids=["once", "repeated"])
def test_closing_fails_the_calls_under_way_and_leaves_no_connection(driver: Driver, retry: RetryPolicy) -> None:
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=retry)
        with under_way(driver, huawei, service) as finish:
            driver.do(lambda: huawei.aclose() if driver.is_async else huawei.close())
            service.may_respond.set()
            with pytest.raises(ConnectionFailedError):
                finish()
        # The service may take a connection only after aiohttp has closed it.
        while service.open:
            assert service.closed.acquire(timeout=20)
        assert show(driver, huawei).access == "AK"
        driver.do(lambda: huawei.aclose() if driver.is_async else huawei.close())
        while service.open:
            assert service.closed.acquire(timeout=20)


@over_sockets
@pytest.mark.parametrize("over_tls", [False, True])
def test_closing_wakes_a_call_that_waits_for_its_response(driver: Driver, over_tls: bool) -> None:  # noqa: FBT001
    authority, server, trusting = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusting)
    received, ended = threading.Event(), threading.Event()

    def wait(connection: Any) -> None:
        received.set()
        with contextlib.suppress(OSError):
            connection.recv(1)  # until the other side closes
        ended.set()

    with raw_server(wait, host="localhost", tls=server if over_tls else None) as (base_url, _):
        huawei = opened(driver, base_url, connections=driver.connections(verify=trusting), timeout=30)
        with under_way(driver, huawei, None) as finish:
            if driver.is_async:
                driver.do(lambda: asyncio.to_thread(received.wait, 20))
            assert received.wait(20)
            driver.do(lambda: huawei.aclose() if driver.is_async else huawei.close())
            with pytest.raises(ConnectionFailedError):
                finish()
            assert ended.wait(20)


@over_sockets
def test_a_repetition_after_the_end_of_the_client_opens_no_connection(driver: Driver) -> None:
    service, closing = Service(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", OK), list[Any]()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=RetryPolicy(first_wait=0.05, jitter=0))

        def close(details: stamina.instrumentation.RetryDetails) -> None:  # noqa: ARG001 - as stamina calls it
            closing.append(asyncio.ensure_future(huawei.aclose()) if driver.is_async else huawei.close())

        with on_retry(close), pytest.raises(ConnectionFailedError, match="client was closed while") as caught:
            show(driver, huawei)
        assert service.closed.acquire(timeout=20)
        assert (len(closing), service.connections, service.requests) == (1, 1, 1)
        assert not caught.value.is_worth_repeating
        assert show(driver, huawei).access == "AK"


@contextlib.contextmanager
def on_retry(hook: stamina.typing.RetryHook) -> Iterator[None]:
    """Call something before each wait for a repetition."""
    before = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks([hook])
    yield
    stamina.instrumentation.set_on_retry_hooks(before)


@over_sockets
def test_calls_that_wait_while_the_client_closes_leave_no_connection(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, max_connections=1)
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        with under_way(driver, huawei, service) as finish, under_way(driver, huawei, None) as finish_queued:
            driver.do(lambda: huawei.aclose() if driver.is_async else huawei.close())
            service.may_respond.set()
            for finished in (finish, finish_queued):
                with pytest.raises(ConnectionFailedError):
                    finished()
        for _ in range(service.connections):
            assert service.closed.acquire(timeout=20)


@over_async_sockets
@pytest.mark.parametrize("reached", [*range(30), None])
def test_a_call_that_is_cancelled_leaves_room_for_the_next(
    driver: Driver, reached: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, max_connections=1)
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        service.may_respond.clear()

        async def cancel() -> None:
            task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
            for _ in range(reached or 0):
                await asyncio.sleep(0)
            while reached is None and not service.asked.is_set():  # noqa: ASYNC110 - set by a thread
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        for _ in range(3):
            driver.do(cancel)
        service.may_respond.set()
        assert show(driver, huawei).access == "AK"
