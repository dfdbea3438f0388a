"""Connections: reuse, responses that break off, time-outs, large bodies, closing and cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import threading
from typing import Any

import httpx
import pytest
import trustme
from stamina import instrumentation

from cloudkeys import RetryPolicy
from cloudkeys.errors import (
    ConnectionFailedError,
    DecodeError,
    ResponseTooLargeError,
    ServerError,
    TimedOutError,
)
from cloudkeys.runtime.tls import default_tls_settings
from driver import SYNC_SOCKETS, Driver, over_async_sockets, over_mock, over_sockets, raw_server, stay_silent
from runtime.calls import assert_shows_no_secret, close, failure, failure_of, open_huawei
from runtime.services import AT_ONCE, ONCE, OPERATION, PASSWORD, TOKEN, response, show
from runtime.transports import OK, Server, call_under_way, limit_connections, names, show_all


@over_sockets
@pytest.mark.parametrize("calls", [16, 130])
def test_concurrent_calls_share_connections(driver: Driver, calls: int) -> None:
    # Each thread has a connection; tasks have 100. The server responds only once so many requests have come.
    most = min(100, calls) if driver.is_async else calls
    with Server(together=most) as server:
        huawei = open_huawei(driver, server.url)
        for _ in range(2):
            assert show_all(driver, huawei, names(calls)) == names(calls)
            assert server.most_at_once == server.connections == most


@pytest.mark.parametrize("driver", [SYNC_SOCKETS], indirect=True)
def test_threads_that_make_the_first_call_at_the_same_time_share_connections(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, settings = threading.Barrier(2), default_tls_settings()

    def wait_for_both() -> ssl.SSLContext:
        both.wait(20)
        return settings

    with Server(together=2) as server:
        huawei = open_huawei(driver, server.url)
        monkeypatch.setattr("cloudkeys.runtime.connections._tls_settings", wait_for_both)
        for _ in range(2):
            assert show_all(driver, huawei, names(2)) == names(2)
        assert server.connections == 2


HEAD, _, BODY = OK.partition(b"\r\n\r\n")
CHUNKS = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (BODY[:5], BODY[5:], b""))
REUSED = {
    "plain": OK,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "after 1xx": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    "with a long token": OK.replace(b"OK\r\n", b"OK\r\nX-Subject-Token: %b\r\n" % (b"t" * 30_000), 1),
}
CLOSED = {
    "ended by the close": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "HTTP/1.0": OK.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "kept alive, then closed": OK,
}


@over_sockets
@pytest.mark.parametrize("form", [*REUSED, *CLOSED])
def test_a_connection_is_reused_after_a_whole_response_unless_the_service_closes_it(driver: Driver, form: str) -> None:
    closes = form in CLOSED
    # aiohttp learns of the close only while the event loop runs, which it doesn't between these calls.
    retry = AT_ONCE if driver.aiohttp else ONCE
    with Server({**REUSED, **CLOSED}[form], closes=closes) as server:
        huawei = open_huawei(driver, server.url, retry=retry)
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
            assert not closes or server.closed.acquire(timeout=20)
        assert (server.connections, server.requests) == (3 if closes else 1, 3)


BROKEN = {
    "nothing": b"",
    "half a status line": b"HTTP/1.",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
    "half a body": OK[:-1],
    "half a chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"credential',
    "half an error": b"HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "two lengths": OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
    "an endless head": b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000,
    "endless 1xx responses": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}


@over_sockets
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_response_is_retried_and_then_an_error_of_ours(driver: Driver, kind: str) -> None:
    with Server(*[BROKEN[kind]] * 3, OK, closes=True) as server:
        error = failure(driver, server.url)
        assert server.requests == 1
        assert type(error) is ConnectionFailedError
        assert "RemoteProtocolError" in str(error) or "ReadError" in str(error)
        assert show(driver, open_huawei(driver, server.url, retry=AT_ONCE)).access == "AK"
        assert server.connections == 4


@over_sockets
@pytest.mark.parametrize("begun", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"credential"'])
def test_a_service_that_stops_sending_is_a_time_out(driver: Driver, begun: bytes) -> None:
    def stall(connection: socket.socket) -> None:
        connection.sendall(begun)
        stay_silent(connection)

    with raw_server(stall) as (base_url, _):
        error = failure(driver, base_url, timeout=httpx.Timeout(10, read=0.05))
    assert type(error) is TimedOutError
    assert re.fullmatch(rf"{OPERATION}: 127\.0\.0\.1:\d+: timed out \(ReadTimeout\)", str(error))


@over_async_sockets
@pytest.mark.parametrize(("awaited", "name"), [("connect", "ConnectTimeout"), ("pool", "PoolTimeout")])
def test_async_calls_have_time_outs_for_connecting_and_for_the_pool(
    driver: Driver, awaited: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    with Server() as server:
        # A TLS handshake without a partner is a part of connecting.
        url = server.url.replace("http:", "https:") if awaited == "connect" else server.url
        huawei = open_huawei(driver, url, timeout=httpx.Timeout(20, **{awaited: 0.05}))
        with call_under_way(driver, huawei, server) if awaited == "pool" else contextlib.nullcontext():
            error = failure_of(driver, huawei)
            server.may_respond.set()
    assert type(error) is TimedOutError
    # For aiohttp, waiting for a connection of the pool is a part of connecting.
    assert ("ConnectTimeout" if driver.aiohttp else name) in str(error)


@over_mock
@pytest.mark.parametrize("status", [200, 502])
def test_largest_response_limits_the_body(driver: Driver, status: int) -> None:
    fits, large = (response(b"x" * size, status, {"X-Request-Id": "r-1"}) for size in (1000, 1001))
    assert type(failure(driver, fits, largest_response=1000)) is (DecodeError if status == 200 else ServerError)
    error = failure(driver, large, largest_response=1000)
    assert type(error) is ResponseTooLargeError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, status, "r-1")
    assert error.content == b"x" * 1000
    assert "more than 1000 bytes" in str(error)


@over_sockets
def test_largest_response_limits_the_response_to_a_login_too(driver: Driver) -> None:
    login = response(b"{}" + b" " * 9_000_000, 201, {"X-Subject-Token": TOKEN})
    error = failure(driver, login, password=PASSWORD, largest_response=2_000_000)
    assert type(error) is ResponseTooLargeError
    assert len(error.content) <= 2_000_000
    assert_shows_no_secret(error)


@over_sockets
def test_a_large_body_is_not_read_to_its_end_and_occupies_no_connection(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    with Server(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 1_000_000, OK) as server:
        huawei = open_huawei(driver, server.url, largest_response=1000)
        assert type(failure_of(driver, huawei)) is ResponseTooLargeError
        assert show(driver, huawei).access == "AK"


# Closing.


@over_sockets
@pytest.mark.parametrize("retry", [ONCE, AT_ONCE], ids=["once", "retried"])
def test_closing_a_client_fails_its_calls_and_closes_all_connections(
    driver: Driver, retry: RetryPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    with Server() as server:
        huawei = open_huawei(driver, server.url, retry=retry)
        with call_under_way(driver, huawei, server) as finish, call_under_way(driver, huawei) as finish_queued:
            close(driver, huawei)
            server.may_respond.set()
            for finished in (finish, finish_queued):
                with pytest.raises(ConnectionFailedError):
                    finished()
        server.wait_until_closed()
        assert show(driver, huawei).access == "AK"
        close(driver, huawei)
        server.wait_until_closed()


@over_sockets
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_closing_a_client_wakes_a_call_that_waits_for_its_response(driver: Driver, scheme: str) -> None:
    authority, tls, trusting = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(tls)
    authority.configure_trust(trusting)
    received, ended = threading.Event(), threading.Event()

    def wait(connection: socket.socket) -> None:
        received.set()
        with contextlib.suppress(OSError):
            connection.recv(1)  # until the other side closes
        ended.set()

    with raw_server(wait, host="localhost", tls=tls if scheme == "https" else None) as (base_url, _):
        huawei = open_huawei(driver, base_url, connections=driver.connections(verify=trusting), timeout=30)
        with call_under_way(driver, huawei) as finish:
            if driver.is_async:
                driver.run(lambda: asyncio.to_thread(received.wait, 20))
            assert received.wait(20)
            close(driver, huawei)
            with pytest.raises(ConnectionFailedError):
                finish()
            assert ended.wait(20)


@over_sockets
def test_a_retry_after_the_client_was_closed_opens_no_connection(driver: Driver) -> None:
    closing: list[Any] = []
    with Server(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", OK) as server:
        huawei = open_huawei(driver, server.url, retry=RetryPolicy(first_wait=0.05, jitter=0))

        def close_it(details: instrumentation.RetryDetails) -> None:  # noqa: ARG001 - as stamina calls it
            closing.append(asyncio.ensure_future(huawei.aclose()) if driver.is_async else huawei.close())

        instrumentation.set_on_retry_hooks([close_it])
        try:
            error = failure_of(driver, huawei)
        finally:
            instrumentation.set_on_retry_hooks(None)
        assert "client was closed while" in str(error)
        assert not error.is_retryable
        assert server.closed.acquire(timeout=20)
        assert (len(closing), server.connections, server.requests) == (1, 1, 1)
        assert show(driver, huawei).access == "AK"
