"""What bounds a call as a whole: its time, whatever a service does, and the bytes that it reads from the wire."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import AccessKey, AsyncHuawei, Connections, Huawei, Password, RetryPolicy
from cloudkeys.errors import (
    ConnectionFailedError,
    NoResponseError,
    PermissionDeniedError,
    ResponseTooLargeError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.testing import FakeResponse
from driver import SYNC_MOCK, Driver, over_async_sockets, over_mock, over_sockets, over_sockets_of_httpx, raw_server
from runtime.failing import assert_shows_no_secret, failure_at, failure_of
from runtime.services import ONCE, OPERATION, SECRET, TOKEN, credential, show
from runtime.transports import opened, under_way

PASSWORD = Password(user="u", password=SECRET, domain="d")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
START_OF_GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
TRICKLES = {
    "nothing": (b"", b""),
    "a status line": (b"HTTP/1.1 200 O", b"K"),
    "a header": (OK + b"X: ", b"x"),
    "headers": (OK, b"X: x\r\n"),
    "responses before the last": (b"", b"HTTP/1.1 100 C\r\n\r\n"),
    "a body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "the extension of a chunk": (CHUNKED + b"1;", b"x"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: x\r\n"),
    "empty blocks of gzip": (OK + b"Content-Encoding: gzip\r\n\r\n" + START_OF_GZIP, b"\0\0\0\xff\xff"),
}


def trickling(start: bytes, again: bytes) -> Callable[[socket.socket], None]:
    """Send something small now and then, for longer than the call may take; then hang up."""

    def play(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(250):
            time.sleep(0.02)
            connection.sendall(again)

    return play


@over_sockets
@pytest.mark.parametrize("what", TRICKLES)
def test_a_service_that_trickles_keeps_no_call_beyond_its_total(driver: Driver, what: str) -> None:
    with raw_server(trickling(*TRICKLES[what])) as (base_url, _):
        error = failure_at(driver, base_url, total=0.3)
    assert type(error) is TimedOutError
    assert error.may_have_taken_effect
    assert "the call took longer than its total of 0.3 seconds" in str(error)
    assert_shows_no_secret(error)


@over_sockets
def test_a_login_counts_and_the_call_behind_it_was_not_sent(driver: Driver) -> None:
    for play in (trickling(b"", b""), trickling(b"HTTP/1.1 201 OK\r\nContent-Length: 9999\r\n\r\n", b"x")):
        with raw_server(play) as (base_url, _):
            error = failure_at(driver, base_url, token=None, password=PASSWORD, total=0.3)
        assert type(error) is TimedOutError
        assert not error.may_have_taken_effect
        assert "its total of 0.3 seconds" in str(error)
        assert_shows_no_secret(error)


@over_sockets
def test_waiting_for_the_login_of_another_call_counts(driver: Driver) -> None:
    may_respond = threading.Event()

    def play(connection: socket.socket) -> None:
        may_respond.wait(20)
        connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with raw_server(play) as (base_url, requests):
        huawei = opened(driver, base_url, token=None, password=PASSWORD)
        with under_way(driver, huawei, None) as finish:
            error = failure_of(driver, huawei.with_options(total=0.2))
            asked = len(requests)
            may_respond.set()
            with pytest.raises(PermissionDeniedError):
                finish()
    assert type(error) is TimedOutError
    assert not error.may_have_taken_effect
    assert asked == 1


@over_sockets
def test_a_handshake_counts(driver: Driver) -> None:
    with raw_server(trickling(b"\x16\x03\x03\x40\x00", b"x")) as (base_url, _):
        error = failure_at(driver, base_url.replace("http:", "https:"), total=0.3)
    assert type(error) is TimedOutError


@over_sockets
def test_attempts_and_waits_count_together(driver: Driver) -> None:
    policy = RetryPolicy(attempts=10_000, first_wait=0.01, longest_wait=0.01, jitter=0)
    with raw_server(b"") as (base_url, requests):
        error = failure_at(driver, base_url, retry=policy, total=0.5)
    assert isinstance(error, NoResponseError)
    assert 2 < len(requests) < 100


def test_a_wait_that_would_end_after_it_is_not_begun(driver: Driver) -> None:
    asked: list[int] = []

    def throttled(_: httpx.Request) -> FakeResponse:
        asked.append(1)
        return FakeResponse(429, b"{}", {"Retry-After": "25"})

    huawei = driver.huawei(throttled, token=TOKEN, total=20)
    with pytest.raises(ThrottledError):
        show(driver, huawei)
    assert len(asked) == 1


@over_sockets
def test_what_an_earlier_attempt_may_have_done_is_said(driver: Driver) -> None:
    asked: list[str] = []

    def play(connection: socket.socket) -> None:
        asked.append("again")
        if len(asked) == 1:
            connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.recv(1)

    quick = RetryPolicy(attempts=2, first_wait=0, jitter=0)
    with raw_server(play) as (base_url, _):
        error = failure_at(driver, base_url, retry=quick, total=0.5)
    assert type(error) is TimedOutError
    assert error.may_have_taken_effect
    assert len(asked) == 2


def test_each_call_of_a_listing_has_its_own(driver: Driver) -> None:
    def page(request: httpx.Request) -> FakeResponse:
        time.sleep(0.1)
        number = int(request.url.params.get("marker", 0))
        following = f', "next_marker": "{number + 1}"' if number < 9 else ""
        return FakeResponse(200, b'{"secrets": [], "page_info": {"current_count": 0%b}}' % following.encode())

    huawei = driver.huawei(page, credentials=AccessKey("AK", SECRET), project_id="p", total=0.8)
    assert driver.items(huawei.csms.list_secrets()) == []


# Of an async call, asyncio bounds the time, whatever its transport does.
@pytest.mark.parametrize("driver", [SYNC_MOCK], indirect=True)
def test_a_transport_of_your_own_gets_time_outs_that_fit(driver: Driver) -> None:
    found: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> FakeResponse:
        found.append(request.extensions["timeout"])
        return credential("AK")

    huawei = driver.huawei(answer, token=TOKEN, total=30)
    for timeout in (None, 600, httpx.Timeout(None, connect=5)):
        show(driver, huawei.with_options(timeout=timeout))
        assert all(29 < seconds <= 30 for name, seconds in found[-1].items() if name != "connect")
    assert found[-1]["connect"] == 5
    show(driver, huawei)
    assert all(10 <= seconds <= 30 for seconds in found[-1].values())


class Endless(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        for _ in range(500):
            time.sleep(0.01)
            yield b" "


@pytest.mark.parametrize("is_login", [False, True])
def test_a_transport_of_your_own_is_looked_at_between_two_pieces(is_login: bool) -> None:  # noqa: FBT001 - a case
    transport = httpx.MockTransport(lambda _: httpx.Response(201, stream=Endless()))
    given: Any = {"password": PASSWORD} if is_login else {"token": TOKEN}
    for connections in (Connections(transport=transport), Connections(http_client=httpx.Client(transport=transport))):
        huawei = Huawei(base_url="http://127.0.0.1:1", **given, connections=connections, total=0.2, retry=ONCE)
        with pytest.raises(TimedOutError, match=r"its total of 0\.2 seconds") as caught:
            huawei.iam_v3.show_permanent_access_key("AK")
        assert caught.value.may_have_taken_effect is not is_login


@over_async_sockets
def test_a_time_out_or_a_cancellation_of_the_callers_own_passes_through(driver: Driver) -> None:
    async def late(base_url: str) -> None:
        async with AsyncHuawei(base_url=base_url, token=TOKEN, connections=driver.connections()) as huawei:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.2):
                    await huawei.iam_v3.show_permanent_access_key("AK")
            assert type(caught.value) is TimeoutError
            task = asyncio.create_task(huawei.iam_v3.show_permanent_access_key("AK"))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with raw_server(trickling(b"", b"")) as (base_url, _):
        driver.do(lambda: late(base_url))


@over_mock
def test_a_time_out_that_a_transport_raises_itself_passes_through(driver: Driver) -> None:
    asked: list[int] = []

    def fail(_: httpx.Request) -> FakeResponse:
        asked.append(1)
        raise TimeoutError("somebody else's")

    with pytest.raises(TimeoutError, match="somebody else's"):
        show(driver, driver.huawei(fail, token=TOKEN))
    assert len(asked) == 1


# Bytes on the wire.

LINE = b"h" * 60_000
FLOODS: dict[str, tuple[bytes, bytes, type[Exception]]] = {
    "responses before the last": (b"", b"HTTP/1.1 100 C\r\nX: " + LINE + b"\r\n\r\n", ConnectionFailedError),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: " + LINE + b"\r\n", ConnectionFailedError),
    "extensions of chunks": (CHUNKED, b"1;" + LINE + b"\r\nx\r\n", ResponseTooLargeError),
    "chunks of one byte": (CHUNKED, b"1\r\nx\r\n" * 10_000, ResponseTooLargeError),
}
PACKED_FLOODS: dict[str, tuple[bytes, bytes, type[Exception]]] = {
    "empty blocks of gzip": (
        OK + b"Content-Encoding: gzip\r\n\r\n" + START_OF_GZIP,
        b"\0\0\0\xff\xff" * 10_000,
        ResponseTooLargeError,
    ),
    "a name in a header of gzip": (
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03",
        LINE,
        ResponseTooLargeError,
    ),
}


def flooded(driver: Driver, start: bytes, again: bytes) -> tuple[Exception, int]:
    """Return the failure of a call that gets bytes without an end, and how many the service could send."""
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        connection.sendall(start)
        while sum(sent) < 300_000_000:
            connection.sendall(again)
            sent.append(len(again))

    with raw_server(flood) as (base_url, _):
        error = failure_at(driver, base_url, largest_response=500_000)
    return error, sum(sent)


@over_sockets
@pytest.mark.parametrize("what", PACKED_FLOODS)
def test_packed_bytes_that_unpack_to_nothing_have_a_bound(driver: Driver, what: str) -> None:
    start, again, kind = PACKED_FLOODS[what]
    error, sent = flooded(driver, start, again)
    assert type(error) is kind
    assert sent < 50_000_000


@pytest.mark.parametrize("what", FLOODS)
@over_sockets_of_httpx  # aiohttp doesn't say what it reads: `total` bounds it
def test_bytes_without_content_have_a_bound(driver: Driver, what: str) -> None:
    start, again, kind = FLOODS[what]
    error, sent = flooded(driver, start, again)
    assert type(error) is kind
    assert sent < 50_000_000


@over_mock
def test_the_pieces_of_a_body_have_a_bound(driver: Driver) -> None:
    class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return iter([b" "] * 100_000)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in self:
                yield piece

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Pieces()))
    connections = driver.connections(transport=transport, async_transport=transport)
    error = failure_at(driver, "http://127.0.0.1:1", connections)
    assert type(error) is ResponseTooLargeError
    assert "the body comes in more than 65536 pieces" in str(error)


@over_sockets
def test_a_body_of_small_pieces_is_read(driver: Driver) -> None:
    body = credential("AK").body + b" " * 20_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    with raw_server(CHUNKED + chunks + b"0\r\n\r\n") as (base_url, _):
        assert show(driver, opened(driver, base_url)).access == "AK"


# Connecting.


class Deaf:
    """An address where connecting takes for ever: its queue is full, and nobody accepts."""

    def __init__(self, address: str) -> None:
        self._stack = contextlib.ExitStack()
        listener = self._stack.enter_context(socket.create_server((address, 0), backlog=0))
        self.port: int = listener.getsockname()[1]
        for _ in range(3):
            waiting = self._stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect((address, self.port))

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    found = Deaf("127.0.0.1")
    yield found
    found.close()


def resolved_to(monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> None:
    """Let a name have several addresses."""
    own = socket.getaddrinfo

    def several(host: Any, *arguments: Any, **options: Any) -> list[Any]:
        found = (own(address, port, type=socket.SOCK_STREAM) for address in addresses)
        return [*itertools.chain(*found)] if host in {"localhost", b"localhost"} else own(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", several)


@over_sockets
def test_the_time_to_connect_is_for_all_addresses_together(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf: Deaf
) -> None:
    tried: list[float] = []
    own = socket.create_connection

    def connect(address: Any, timeout: float, *arguments: Any, **options: Any) -> socket.socket:
        tried.append(timeout)
        return own(address, timeout, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    resolved_to(monkeypatch, deaf.port, *["127.0.0.1"] * 4)
    error = failure_at(driver, f"http://localhost:{deaf.port}", timeout=httpx.Timeout(10, connect=0.4))
    assert type(error) is TimedOutError
    assert "ConnectTimeout" in str(error)
    assert not error.may_have_taken_effect
    if not driver.is_async:
        assert len(tried) == 4
        assert sum(tried) <= 0.45


@over_sockets
def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, deaf: Deaf
) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.2", deaf.port))):
        resolved_to(monkeypatch, deaf.port, "127.0.0.1", "127.0.0.2")
        error = failure_at(driver, f"http://localhost:{deaf.port}", timeout=httpx.Timeout(0.5, connect=1.5))
    assert "ReadTimeout" in str(error)


@over_sockets
def test_connecting_counts(driver: Driver, deaf: Deaf) -> None:
    error = failure_at(driver, f"http://127.0.0.1:{deaf.port}", total=0.3)
    assert type(error) is TimedOutError
    assert "its total of 0.3 seconds" in str(error)
    if not driver.is_async:
        assert not error.may_have_taken_effect


@over_sockets
def test_a_name_that_nobody_knows(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure_at(driver, "http://localhost:1")
    assert type(error) is ConnectionFailedError
    assert str(error).startswith(f"{OPERATION}: localhost:1: ConnectError: ")


GREENLETS = """
    from gevent import monkey

    monkey.patch_all()
    import sys
    import gevent
    from cloudkeys import Huawei, Password
    from cloudkeys.errors import TimedOutError

    def late(huawei):
        try:
            huawei.iam_v3.show_permanent_access_key("AK")
        except TimedOutError as error:
            return str(error).partition(": the call ")[2]

    settings = {"base_url": sys.argv[1], "total": 0.5}
    password = Password(user="u", password="p", domain="d")
    with Huawei(**settings, token="t") as one, Huawei(**settings, password=password) as other:
        jobs = [gevent.spawn(late, huawei) for huawei in (one, other, one, other)]
        gevent.joinall(jobs, timeout=30)
        print({job.value for job in jobs})
"""


def test_greenlets_have_bounds_of_their_own() -> None:
    with raw_server(trickling(b"", b"")) as (base_url, _):
        command = [sys.executable, "-c", textwrap.dedent(GREENLETS), base_url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{'took longer than its total of 0.5 seconds'}\n", "")
