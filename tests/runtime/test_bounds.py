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

from cloudkeys import AsyncHuawei, Connections, Huawei, RetryPolicy
from cloudkeys.errors import (
    ConnectionFailedError,
    PermissionDeniedError,
    ResponseTooLargeError,
    TimedOutError,
)
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
)
from runtime.bodies import Pieces, settings_with_body
from runtime.failing import assert_shows_no_secret, failure_at, failure_of
from runtime.services import KEY, ONCE, OPERATION, PASSWORD, TOKEN, credential, show
from runtime.transports import call_under_way, opened

# For what the connection itself must bound; asyncio bounds the time of async calls.
sync_and_aiohttp = pytest.mark.parametrize("driver", [SYNC_SOCKETS, ASYNC_AIOHTTP], indirect=True)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
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
    "empty gzip blocks": (OK + b"Content-Encoding: gzip\r\n\r\n" + START_OF_GZIP, b"\0\0\0\xff\xff"),
}


def trickle(start: bytes, again: bytes) -> Callable[[socket.socket], None]:
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


@sync_and_aiohttp
@pytest.mark.parametrize("kind", TRICKLES)
def test_a_trickling_service_does_not_keep_a_call_beyond_its_total(driver: Driver, kind: str) -> None:
    with raw_server(trickle(*TRICKLES[kind])) as (base_url, _):
        scheme = "https:" if "TLS" in kind else "http:"
        error = failure_at(driver, base_url.replace("http:", scheme), total=0.15)
    assert type(error) is TimedOutError
    assert error.may_have_taken_effect or scheme == "https:"
    assert "the call took longer than its total of 0.15 seconds" in str(error)
    assert_shows_no_secret(error)


@over_sockets
def test_the_total_includes_a_login_after_which_the_call_was_not_sent(driver: Driver) -> None:
    for play in (trickle(b"", b""), trickle(b"HTTP/1.1 201 OK\r\nContent-Length: 9999\r\n\r\n", b"x")):
        with raw_server(play) as (base_url, _):
            error = failure_at(driver, base_url, token=None, password=PASSWORD, total=0.15)
        assert type(error) is TimedOutError
        assert not error.may_have_taken_effect
        assert "its total of 0.15 seconds" in str(error)
        assert_shows_no_secret(error)


@over_sockets
def test_the_total_includes_the_wait_for_the_login_of_another_call(driver: Driver) -> None:
    may_respond = threading.Event()

    def play(connection: socket.socket) -> None:
        may_respond.wait(20)
        connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with raw_server(play) as (base_url, requests):
        huawei = opened(driver, base_url, token=None, password=PASSWORD)
        with call_under_way(driver, huawei, None) as finish:
            error = failure_of(driver, huawei.with_options(total=0.1))
            asked = len(requests)
            may_respond.set()
            with pytest.raises(PermissionDeniedError):
                finish()
    assert type(error) is TimedOutError
    assert not error.may_have_taken_effect
    assert asked == 1


@over_sockets
def test_the_total_includes_all_attempts(driver: Driver) -> None:
    policy = RetryPolicy(attempts=10_000, first_wait=0.01, longest_wait=0.01, jitter=0)
    with raw_server(b"") as (base_url, requests):
        assert isinstance(failure_at(driver, base_url, retry=policy, total=0.2), TimedOutError | ConnectionFailedError)
    assert 1 < len(requests) < 100


@over_sockets
def test_a_time_out_reports_that_an_earlier_attempt_may_have_taken_effect(driver: Driver) -> None:
    asked: list[str] = []

    def play(connection: socket.socket) -> None:
        asked.append("again")
        if len(asked) == 1:
            connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.recv(1)

    quick = RetryPolicy(attempts=2, first_wait=0, jitter=0)
    with raw_server(play) as (base_url, _):
        error = failure_at(driver, base_url, retry=quick, total=0.3)
    assert type(error) is TimedOutError
    assert error.may_have_taken_effect
    assert len(asked) == 2


@over_mock
def test_each_call_of_a_listing_has_its_own_total(driver: Driver) -> None:
    def page(request: httpx.Request) -> FakeResponse:
        time.sleep(0.06)
        number = int(request.url.params.get("marker", 0))
        following = f', "next_marker": "{number + 1}"' if number < 6 else ""
        return FakeResponse(200, b'{"secrets": [], "page_info": {"current_count": 0%b}}' % following.encode())

    huawei = driver.huawei(page, credentials=KEY, project_id="p", total=0.4)
    assert driver.items(huawei.csms.list_secrets()) == []


# asyncio bounds the time of an async call with any transport.
@pytest.mark.parametrize("driver", [SYNC_MOCK], indirect=True)
def test_a_transport_of_the_callers_receives_time_outs_within_the_total(driver: Driver) -> None:
    found: list[dict[str, Any]] = []

    def handle(request: httpx.Request) -> FakeResponse:
        found.append(request.extensions["timeout"])
        return credential("AK")

    huawei = driver.huawei(handle, token=TOKEN, total=30)
    for timeout in (None, 600, httpx.Timeout(None, connect=5)):
        show(driver, huawei.with_options(timeout=timeout))
        assert all(29 < seconds <= 30 for name, seconds in found[-1].items() if name != "connect")
    assert found[-1]["connect"] == 5
    show(driver, huawei)
    assert all(10 <= seconds <= 30 for seconds in found[-1].values())


@pytest.mark.parametrize("holder", [{"token": TOKEN}, {"password": PASSWORD}], ids=str)
def test_the_total_is_checked_between_two_pieces_from_a_transport_of_the_callers(holder: dict[str, Any]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(201, stream=Pieces([b" "] * 500, pause=0.01)))
    for connections in (Connections(transport=transport), Connections(http_client=httpx.Client(transport=transport))):
        huawei = Huawei(base_url="http://127.0.0.1:1", **holder, connections=connections, total=0.1, retry=ONCE)
        with pytest.raises(TimedOutError, match=r"its total of 0\.1 seconds") as caught:
            huawei.iam_v3.show_permanent_access_key("AK")
        assert caught.value.may_have_taken_effect is ("token" in holder)


@over_async_sockets
def test_a_time_out_or_cancellation_of_the_callers_passes_through(driver: Driver) -> None:
    async def run(base_url: str) -> None:
        async with AsyncHuawei(base_url=base_url, token=TOKEN, connections=driver.connections()) as huawei:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.1):
                    await huawei.iam_v3.show_permanent_access_key("AK")
            assert type(caught.value) is TimeoutError
            task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with raw_server(trickle(b"", b"")) as (base_url, _):
        driver.run(lambda: run(base_url))


@over_mock
def test_a_timeout_error_that_a_transport_raises_passes_through(driver: Driver) -> None:
    asked: list[int] = []

    def fail(_: httpx.Request) -> FakeResponse:
        asked.append(1)
        raise TimeoutError("somebody else's")

    with pytest.raises(TimeoutError, match="somebody else's"):
        show(driver, driver.huawei(fail, token=TOKEN))
    assert len(asked) == 1


# Bytes on the wire.

LINE = b"h" * 60_000
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"
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
        error = failure_at(driver, base_url, largest_response=20_000)
    assert type(error) is kind
    assert sum(sent) < 50_000_000


@over_mock
def test_the_number_of_pieces_of_a_body_is_bounded(driver: Driver) -> None:
    error = failure_at(driver, **settings_with_body(driver, Pieces([b" "] * 100_000)))
    assert type(error) is ResponseTooLargeError
    assert "the body comes in more than 65536 pieces" in str(error)


@over_sockets
def test_a_body_in_small_chunks_is_read(driver: Driver) -> None:
    body = credential("AK").body + b" " * 10_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    with raw_server(CHUNKED + chunks + b"0\r\n\r\n") as (base_url, _):
        assert show(driver, opened(driver, base_url)).access == "AK"


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
    own = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **options: Any) -> list[Any]:
        found = (own(address, port, type=socket.SOCK_STREAM) for address in addresses)
        return [*itertools.chain(*found)] if host in {"localhost", b"localhost"} else own(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@over_sockets
def test_all_addresses_of_a_host_share_the_time_to_connect(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf_port: int
) -> None:
    tried: list[float] = []
    own = socket.create_connection

    def connect(address: Any, timeout: float, *arguments: Any, **options: Any) -> socket.socket:
        tried.append(timeout)
        return own(address, timeout, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    resolve_localhost_to(monkeypatch, deaf_port, *["127.0.0.1"] * 4)
    error = failure_at(driver, f"http://localhost:{deaf_port}", timeout=httpx.Timeout(10, connect=0.2))
    assert type(error) is TimedOutError
    assert "ConnectTimeout" in str(error)
    assert not error.may_have_taken_effect
    if not driver.is_async:
        assert len(tried) == 4
        assert sum(tried) <= 0.25
    error = failure_at(driver, f"http://127.0.0.1:{deaf_port}", total=0.15)
    assert type(error) is TimedOutError
    assert "its total of 0.15 seconds" in str(error)
    assert driver.is_async or not error.may_have_taken_effect


@over_sockets
def test_an_address_that_does_not_respond_leaves_time_for_the_next(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf_port: int
) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.2", deaf_port))):
        resolve_localhost_to(monkeypatch, deaf_port, "127.0.0.1", "127.0.0.2")
        error = failure_at(driver, f"http://localhost:{deaf_port}", timeout=httpx.Timeout(1.5, read=0.1))
    assert "ReadTimeout" in str(error)


@over_sockets
def test_an_unknown_host_is_a_failed_connection(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure_at(driver, "http://localhost:1")
    assert type(error) is ConnectionFailedError
    assert str(error).startswith(f"{OPERATION}: localhost:1: ConnectError: ")
