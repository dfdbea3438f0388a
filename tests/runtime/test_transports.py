"""Connections: reuse, responses that break off, time-outs, large bodies, closing and cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
import pytest
import stamina.instrumentation
import stamina.typing
import trustme

from cloudkeys import RetryPolicy
from cloudkeys.errors import (
    ConnectionFailedError,
    DecodeError,
    NotFoundError,
    ResponseTooLargeError,
    ServerError,
    TimedOutError,
)
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest
from cloudkeys.testing.http import server
from driver import Driver, over_async_sockets, over_mock, over_sockets, raw_server
from runtime.failing import assert_shows_no_secret, failure, failure_at, failure_of, respond
from runtime.services import AT_ONCE, ONCE, OPERATION, PASSWORD, TOKEN, close, show
from runtime.transports import OK, Service, call_under_way, limit_connections, names, opened, served, show_all


@over_sockets
@pytest.mark.parametrize("calls", [64, 130])
def test_concurrent_calls_share_connections(driver: Driver, calls: int) -> None:
    # Each thread has a connection; tasks have 100. The service responds only once so many requests have come.
    most = min(100, calls) if driver.is_async else calls
    service = Service(together=most)
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        assert show_all(driver, huawei, names(calls)) == names(calls)
        assert service.most_at_once == service.connections == most
        assert show_all(driver, huawei, names(calls)) == names(calls)
    assert service.most_at_once == most


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
@pytest.mark.parametrize("form", REUSED)
def test_a_connection_is_reused_after_a_whole_response(driver: Driver, form: str) -> None:
    service = Service(REUSED[form])
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        assert [show(driver, huawei).access for _ in range(3)] == ["AK"] * 3
    assert (service.connections, service.requests) == (1, 3)


@over_sockets
@pytest.mark.parametrize("form", CLOSED)
def test_a_new_connection_is_made_after_the_service_closes_one(driver: Driver, form: str) -> None:
    service = Service(CLOSED[form], closes=True)
    # aiohttp learns of the close only while the event loop runs, which it doesn't between these calls.
    retry = RetryPolicy(attempts=2, first_wait=0, jitter=0) if driver.aiohttp else ONCE
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=retry)
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
            assert service.closed.acquire(timeout=20)
    assert service.connections == 3


AWKWARD = ("a b", "a+b", "100%", "a/b", "a%2Fb", "ä€😀", "~-._", ":@!$&'()*,;=", "?#[]", "%7E%41", "'\"<>\\^`{|}")


@over_sockets
def test_the_url_arrives_as_it_was_signed(driver: Driver) -> None:
    cloud, targets = FakeCloud(), list[str]()

    def note(request: ReceivedRequest) -> FakeResponse:
        targets.append(request.target)
        return cloud.respond(request)

    with server.serving(note) as base_url:
        settings: dict[str, Any] = {"base_url": base_url, "connections": driver.connections(), "retry": ONCE}
        alibaba, huawei = driver.front_classes
        sas = alibaba(credentials=cloud.alibaba_key, **settings).sas
        iam = huawei(credentials=cloud.huawei_key, domain_id=cloud.domain_id, **settings)
        for text in AWKWARD:
            assert driver.items(sas.describe_accesskey_leak_list(query=text)) == []
            assert parse_qs(targets[-1].partition("?")[2])["Query"] == [text]
            segment = text.translate({ord(slash): "%2F" for slash in "/\\"})  # no segment of a path has a slash
            with pytest.raises(NotFoundError):
                show(driver, iam, segment)
            assert unquote(targets[-1].rpartition("/")[2]) == segment


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
    service = Service(BROKEN[kind], BROKEN[kind], BROKEN[kind], OK, closes=True)
    with served(service) as base_url:
        error = failure_at(driver, base_url)
        assert service.requests == 1
        assert type(error) is ConnectionFailedError
        assert "RemoteProtocolError" in str(error) or "ReadError" in str(error)
        assert show(driver, opened(driver, base_url, retry=AT_ONCE)).access == "AK"
    assert service.connections == 4


@over_sockets
@pytest.mark.parametrize("begun", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"credential"'])
def test_a_service_that_stops_sending_is_a_time_out(driver: Driver, begun: bytes) -> None:
    def stall(connection: socket.socket) -> None:
        connection.sendall(begun)
        connection.recv(1)  # until the client hangs up

    with raw_server(stall) as (base_url, _):
        error = failure_at(driver, base_url, timeout=httpx.Timeout(10, read=0.05))
    assert type(error) is TimedOutError
    assert re.fullmatch(rf"{OPERATION}: 127\.0\.0\.1:\d+: timed out \(ReadTimeout\)", str(error))


@over_async_sockets
@pytest.mark.parametrize(("awaited", "name"), [("connect", "ConnectTimeout"), ("pool", "PoolTimeout")])
def test_async_calls_have_time_outs_for_connecting_and_for_the_pool(
    driver: Driver, awaited: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    service = Service()
    with served(service) as base_url:
        # A TLS handshake without a partner is a part of connecting.
        url = base_url.replace("http:", "https:") if awaited == "connect" else base_url
        huawei = opened(driver, url, timeout=httpx.Timeout(20, **{awaited: 0.05}))
        waiting = call_under_way(driver, huawei, service) if awaited == "pool" else contextlib.nullcontext()
        with waiting:
            (error,) = show_all(driver, huawei, ["AK"])
            service.may_respond.set()
    assert type(error) is TimedOutError
    # For aiohttp, waiting for a connection of the pool is a part of connecting.
    assert ("ConnectTimeout" if driver.aiohttp else name) in str(error)


def leaves(base: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    children = [child for child in base.__subclasses__() if child.__module__ == base.__module__]
    for child in children:
        yield from leaves(child)
    if not children:
        yield base


@over_mock
@pytest.mark.parametrize("kind", list(leaves(httpx.RequestError)))
def test_no_error_of_httpx_reaches_the_caller(driver: Driver, kind: type[httpx.RequestError]) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise kind("x", request=request)

    error = failure(driver, fail)
    assert type(error) is (TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError)
    assert kind.__name__ in str(error)


@over_mock
@pytest.mark.parametrize("status", [200, 502])
def test_largest_response_limits_the_body(driver: Driver, status: int) -> None:
    def handler(size: int) -> Callable[[httpx.Request], FakeResponse]:
        return respond(b"x" * size, status, {"X-Request-Id": "r-1"})

    fits = failure(driver, handler(1000), largest_response=1000)
    assert type(fits) is (DecodeError if status == 200 else ServerError)
    error = failure(driver, handler(1001), largest_response=1000)
    assert type(error) is ResponseTooLargeError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, status, "r-1")
    assert error.content == b"x" * 1000
    assert "more than 1000 bytes" in str(error)


@over_sockets
def test_largest_response_limits_the_response_to_a_login_too(driver: Driver) -> None:
    handler = respond(b"{}" + b" " * 9_000_000, 201, {"X-Subject-Token": TOKEN})
    error = failure(driver, handler, token=None, password=PASSWORD, largest_response=2_000_000)
    assert type(error) is ResponseTooLargeError
    assert len(error.content) <= 2_000_000
    assert_shows_no_secret(error)


@over_sockets
def test_a_large_body_is_not_read_to_its_end_and_occupies_no_connection(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    service = Service(*[b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 1_000_000] * 3, OK)
    with served(service) as base_url:
        huawei = opened(driver, base_url, largest_response=1000)
        for _ in range(3):
            error = failure_of(driver, huawei)
            assert type(error) is ResponseTooLargeError
            assert len(error.content) == 1000
        assert show(driver, huawei).access == "AK"


@over_sockets
@pytest.mark.parametrize("retry", [ONCE, AT_ONCE], ids=["once", "retried"])
def test_closing_a_client_fails_its_calls_and_closes_all_connections(
    driver: Driver, retry: RetryPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=retry)
        with call_under_way(driver, huawei, service) as finish, call_under_way(driver, huawei, None) as finish_queued:
            close(driver, huawei)
            service.may_respond.set()
            for finished in (finish, finish_queued):
                with pytest.raises(ConnectionFailedError):
                    finished()
        service.wait_until_closed()
        assert show(driver, huawei).access == "AK"
        close(driver, huawei)
        service.wait_until_closed()


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
        huawei = opened(driver, base_url, connections=driver.connections(verify=trusting), timeout=30)
        with call_under_way(driver, huawei, None) as finish:
            if driver.is_async:
                driver.run(lambda: asyncio.to_thread(received.wait, 20))
            assert received.wait(20)
            close(driver, huawei)
            with pytest.raises(ConnectionFailedError):
                finish()
            assert ended.wait(20)


@contextlib.contextmanager
def on_retry(hook: stamina.typing.RetryHook) -> Iterator[None]:
    """Call a function before the wait for each retry."""
    before = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks([hook])
    yield
    stamina.instrumentation.set_on_retry_hooks(before)


@over_sockets
def test_a_retry_after_the_client_was_closed_opens_no_connection(driver: Driver) -> None:
    service, closing = Service(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", OK), list[Any]()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=RetryPolicy(first_wait=0.05, jitter=0))

        def close_it(details: stamina.instrumentation.RetryDetails) -> None:  # noqa: ARG001 - as stamina calls it
            closing.append(asyncio.ensure_future(huawei.aclose()) if driver.is_async else huawei.close())

        with on_retry(close_it), pytest.raises(ConnectionFailedError, match="client was closed while") as caught:
            show(driver, huawei)
        assert service.closed.acquire(timeout=20)
        assert (len(closing), service.connections, service.requests) == (1, 1, 1)
        assert not caught.value.is_retryable
        assert show(driver, huawei).access == "AK"
