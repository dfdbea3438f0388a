"""Bounds of a call: its time as a whole, and the bytes on the wire."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections, Huawei, RetryPolicy
from cloudkeys.errors import ConnectionFailedError, PermissionDeniedError, ResponseTooLargeError, TimedOutError
from cloudkeys.testing import FakeResponse
from driver import (
    ASYNC_AIOHTTP,
    SYNC_MOCK,
    SYNC_SOCKETS,
    Driver,
    over_async_sockets,
    over_mock,
    over_sockets,
    raw_server,
    stay_silent,
)
from runtime.calls import assert_shows_no_secret, failure, failure_of, open_huawei, open_on_pieces
from runtime.services import ONCE, PASSWORD, TOKEN, Pieces, Service, credential, response, show
from runtime.transports import call_under_way

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"
START_OF_GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
TRICKLES = {
    "nothing": (b"", b""),
    "a TLS handshake": (b"\x16\x03\x03\x40\x00", b"x"),
    "a status line": (b"HTTP/1.1 200 O", b"K"),
    "a header": (OK + b"X: ", b"x"),
    "headers": (OK, b"X: x\r\n"),
    "responses before the last": (b"", b"HTTP/1.1 100 C\r\n\r\n"),
    "a body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "the extension of a chunk": (CHUNKED + b"1;", b"x"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: x\r\n"),
    "empty gzip blocks": (GZIP + START_OF_GZIP, b"\0\0\0\xff\xff"),
}


def trickle(start: bytes = b"", again: bytes = b"") -> Callable[[socket.socket], None]:
    """Send a little now and then, for longer than the call may take; stop when the client hangs up."""

    def play(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(0.01)
        for _ in range(300):
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return
            connection.sendall(again)

    return play


def assert_exceeded(error: Exception, total: float, *, may_have_taken_effect: bool) -> None:
    assert isinstance(error, TimedOutError)
    assert f"the call took longer than its total of {total} seconds" in str(error)
    assert error.may_have_taken_effect is may_have_taken_effect
    assert_shows_no_secret(error)


# asyncio bounds the time of async calls over httpx.
@pytest.mark.parametrize("driver", [SYNC_SOCKETS, ASYNC_AIOHTTP], indirect=True)
@pytest.mark.parametrize("kind", TRICKLES)
def test_a_trickling_service_does_not_keep_a_call_beyond_its_total(driver: Driver, kind: str) -> None:
    with raw_server(trickle(*TRICKLES[kind])) as (base_url, _):
        is_tls = "TLS" in kind
        error = failure(driver, base_url.replace("http:", "https:") if is_tls else base_url, total=0.15)
    assert_exceeded(error, 0.15, may_have_taken_effect=not is_tls or driver.is_async)


@over_sockets
def test_the_total_includes_a_login_also_that_of_another_call(driver: Driver) -> None:
    with raw_server(trickle(*TRICKLES["a body"])) as (base_url, _):
        error = failure(driver, base_url, password=PASSWORD, total=0.15)
    assert_exceeded(error, 0.15, may_have_taken_effect=False)
    may_respond = threading.Event()

    def play(connection: socket.socket) -> None:
        may_respond.wait(20)
        connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with raw_server(play) as (base_url, requests):
        huawei = open_huawei(driver, base_url, password=PASSWORD)
        with call_under_way(driver, huawei) as finish:
            error = failure_of(driver, huawei.with_options(total=0.1))
            assert len(requests) == 1
            may_respond.set()
            with pytest.raises(PermissionDeniedError):
                finish()
    assert_exceeded(error, 0.1, may_have_taken_effect=False)


@over_sockets
def test_the_total_includes_all_attempts(driver: Driver) -> None:
    policy = RetryPolicy(attempts=10_000, first_wait=0.01, longest_wait=0.01, jitter=0)
    with raw_server(b"") as (base_url, requests):
        assert isinstance(failure(driver, base_url, retry=policy, total=0.2), TimedOutError | ConnectionFailedError)
    assert 1 < len(requests) < 100


@over_sockets
def test_a_time_out_reports_that_an_earlier_attempt_may_have_taken_effect(driver: Driver) -> None:
    parts = iter([b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", b""])

    def play(connection: socket.socket) -> None:
        connection.sendall(next(parts))
        stay_silent(connection)

    with raw_server(play) as (base_url, requests):
        error = failure(driver, base_url, retry=RetryPolicy(attempts=2, first_wait=0, jitter=0), total=0.3)
    assert_exceeded(error, 0.3, may_have_taken_effect=True)
    assert len(requests) == 2


@over_mock
def test_each_call_of_a_listing_has_its_own_total(driver: Driver) -> None:
    def page(request: httpx.Request) -> FakeResponse:
        time.sleep(0.05)
        number = int(request.url.params.get("marker", 0))
        following = {"next_marker": str(number + 1)} if number < 4 else {}
        return response({"secrets": [], "page_info": {"current_count": 0} | following}, 200)

    assert driver.items(open_huawei(driver, page, project_id="p", total=0.2).csms.list_secrets()) == []


# asyncio bounds the time of an async call with any transport.
@pytest.mark.parametrize("driver", [SYNC_MOCK], indirect=True)
def test_a_transport_of_the_callers_receives_time_outs_within_the_total(driver: Driver) -> None:
    service = Service()
    huawei = driver.huawei(service, token=TOKEN, total=30)
    for timeout, least in ((None, 29), (600, 29), (httpx.Timeout(None, connect=5), 5), (huawei.timeout, 10)):
        show(driver, huawei.with_options(timeout=timeout))
        found = service.requests[-1].extensions["timeout"]
        assert least <= found["connect"] <= 30
        assert all(29 < found[step] <= 30 for step in ("read", "write", "pool"))


@pytest.mark.parametrize("holder", [{"token": TOKEN}, {"password": PASSWORD}], ids=str)
def test_the_total_is_checked_between_two_pieces_from_a_transport_of_the_callers(holder: dict[str, Any]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(201, stream=Pieces([b" "] * 500, pause=0.01)))
    for connections in (Connections(transport=transport), Connections(http_client=httpx.Client(transport=transport))):
        huawei = Huawei(base_url="http://127.0.0.1:1", **holder, connections=connections, total=0.1, retry=ONCE)
        with pytest.raises(TimedOutError) as caught:
            huawei.iam_v3.show_permanent_access_key("AK")
        assert_exceeded(caught.value, 0.1, may_have_taken_effect="token" in holder)


@over_async_sockets
def test_a_time_out_or_cancellation_of_the_callers_passes_through(driver: Driver) -> None:
    async def run(huawei: Any) -> None:
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(huawei.iam_v3.show_permanent_access_key("AK"), 0.1)
        assert type(caught.value) is TimeoutError
        task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with raw_server(trickle()) as (base_url, _):
        driver.run(lambda: run(open_huawei(driver, base_url)))


@over_mock
def test_a_timeout_error_that_a_transport_raises_passes_through(driver: Driver) -> None:
    service = Service(TimeoutError("somebody else's"))
    with pytest.raises(TimeoutError, match="somebody else's"):
        show(driver, driver.huawei(service, token=TOKEN))
    assert len(service.requests) == 1


# Bytes on the wire.

LINE = b"h" * 60_000
FLOODS: dict[str, tuple[bytes, bytes, type[Exception]]] = {
    "empty gzip blocks": (GZIP + START_OF_GZIP, b"\0\0\0\xff\xff" * 10_000, ResponseTooLargeError),
    "a name in a gzip header": (GZIP + b"\x1f\x8b\x08\x08\0\0\0\0\0\x03", LINE, ResponseTooLargeError),
    "responses before the last": (b"", b"HTTP/1.1 100 C\r\nX: " + LINE + b"\r\n\r\n", ConnectionFailedError),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: " + LINE + b"\r\n", ConnectionFailedError),
    "extensions of chunks": (CHUNKED, b"1;" + LINE + b"\r\nx\r\n", ResponseTooLargeError),
    "chunks of one byte": (CHUNKED, b"1\r\nx\r\n" * 10_000, ResponseTooLargeError),
}


@over_sockets
@pytest.mark.parametrize("flood", FLOODS)
def test_bytes_without_content_are_bounded(driver: Driver, flood: str) -> None:
    if driver.aiohttp and "gzip" not in flood:
        return  # aiohttp doesn't report what it reads: `total` bounds it
    start, again, kind = FLOODS[flood]
    sent: list[int] = []

    def play(connection: socket.socket) -> None:
        connection.sendall(start)
        while sum(sent) < 300_000_000:
            connection.sendall(again)
            sent.append(len(again))

    with raw_server(play) as (base_url, _):
        error = failure(driver, base_url, largest_response=20_000)
    assert type(error) is kind
    assert sum(sent) < 50_000_000


@over_mock
def test_the_number_of_pieces_of_a_body_is_bounded(driver: Driver) -> None:
    error = failure_of(driver, open_on_pieces(driver, [b" "] * 100_000))
    assert type(error) is ResponseTooLargeError
    assert "the body comes in more than 65536 pieces" in str(error)


@over_sockets
def test_a_body_in_small_chunks_is_read(driver: Driver) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in credential("AK").body + b" " * 10_000)
    with raw_server(CHUNKED + chunks + b"0\r\n\r\n") as (base_url, _):
        assert show(driver, open_huawei(driver, base_url)).access == "AK"


# Connecting.


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """Yield a port of 127.0.0.1 that never completes a connection: its queue is full, and nobody accepts."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]


def resolve_localhost_to(monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> None:
    original = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **options: Any) -> list[Any]:
        if host not in {"localhost", b"localhost"}:
            return original(host, *arguments, **options)
        return [*itertools.chain(*(original(address, port, type=socket.SOCK_STREAM) for address in addresses))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@over_sockets
def test_all_addresses_of_a_host_share_the_time_to_connect(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf_port: int
) -> None:
    tried: list[float] = []
    original = socket.create_connection

    def connect(address: Any, timeout: float, *arguments: Any, **options: Any) -> socket.socket:
        tried.append(timeout)
        return original(address, timeout, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    resolve_localhost_to(monkeypatch, deaf_port, *["127.0.0.1"] * 4)
    error = failure(driver, f"http://localhost:{deaf_port}", timeout=httpx.Timeout(10, connect=0.2))
    assert type(error) is TimedOutError
    assert "ConnectTimeout" in str(error)
    assert not error.may_have_taken_effect
    if not driver.is_async:
        assert len(tried) == 4
        assert sum(tried) <= 0.25
    error = failure(driver, f"http://127.0.0.1:{deaf_port}", total=0.15)
    assert_exceeded(error, 0.15, may_have_taken_effect=driver.is_async)


@over_sockets
def test_an_address_that_does_not_respond_leaves_time_for_the_next(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf_port: int
) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.2", deaf_port))):
        resolve_localhost_to(monkeypatch, deaf_port, "127.0.0.1", "127.0.0.2")
        error = failure(driver, f"http://localhost:{deaf_port}", timeout=httpx.Timeout(0.8, read=0.1))
    assert "ReadTimeout" in str(error)
