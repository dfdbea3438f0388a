"""The server of the fake cloud responds to hostile bytes or closes the connection, and goes on serving."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudkeys import Connections, RetryPolicy
from cloudkeys.testing import FakeCloud, example_leak
from testing.requests import SECRETS, TARGETS, request_of, stocked_cloud

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
TOKEN = b"POST /v3/auth/tokens HTTP/1.1\r\nHost: a\r\n"
LARGEST = 12 * 1024 * 1024


@pytest.fixture(scope="module")
def cloud() -> FakeCloud:
    return FakeCloud(leaks=[example_leak()])


@pytest.fixture(scope="module")
def url(cloud: FakeCloud) -> Iterator[str]:
    with cloud.serving() as url:
        yield url


@contextlib.contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = httpx.URL(url)
    with socket.create_connection((parts.host, parts.port or 80), timeout=10) as connection:
        yield connection


def send(url: str, sent: bytes) -> bytes:
    """Send bytes, close the sending side, and return all bytes received."""
    with connected(url) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
        return received


def assert_alive(url: str, cloud: FakeCloud) -> None:
    with cloud.alibaba(base_url=url, connections=Connections(), retry=RetryPolicy(attempts=1)) as alibaba:
        assert list(alibaba.sas.describe_accesskey_leak_list()) == cloud.leaks


def statuses(received: bytes) -> list[int]:
    found = re.findall(rb"HTTP/1\.1 (\d{3}) ", received)
    # For a request line that it can't parse, the standard library sends a page without headers, as in HTTP/0.9.
    return [int(status) for status in found or re.findall(rb"Error code: (\d{3})", received)]


WRONG_LENGTHS = (
    *(b"-1", b"", b"x", b"1e1", b"+2", b"2,2", b"2 2", b"0x2", b"1_0", b"%d" % (LARGEST + 1), b"9" * 5000),
    *(b"0" * 20 + b"99999999999", b"0" * 5000),
)
RESPONSES: dict[str, tuple[bytes, list[int]]] = {
    "nothing": (b"", []),
    "a greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n", [400]),
    "a long header": (GET + b"X: " + b"a" * 70_000 + b"\r\n\r\n", [431]),
    "bytes beyond ASCII in a header": (GET + b"X: \xff\xfe\xe9\r\n\r\n", [405]),
    "zeros in a header": (GET + b"X: \0\r\n\r\n", [405]),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", [405]),
    "two hosts": (GET + b"Host: b\r\n\r\n", [405]),
    "bytes beyond ASCII in a path": (b"GET /\xff\xfe\xe9 HTTP/1.1\r\n\r\n", [404]),
    "UTF-8 in a path": ("GET /v1/\u540d\u524d/secrets HTTP/1.1\r\n\r\n".encode(), [401]),
    "invalid escapes": (b"GET /v1/%zz%/secrets?%zz=%&=&& HTTP/1.1\r\n\r\n", [401]),
    "a star": (b"OPTIONS * HTTP/1.1\r\n\r\n", [404]),
    "an unknown method": (b"BREW / HTTP/1.1\r\n\r\n", [501]),
    "half a body": (TOKEN + b'Content-Length: 100\r\n\r\n{"auth"', [400]),
    "a body that is too long": (TOKEN + b"Content-Length: 2\r\n\r\n{}GET", [400]),
    "an announced body": (TOKEN + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}", [100, 400]),
    "three requests": (GET + b"\r\n" + TOKEN + b"Content-Length: 2\r\n\r\n{}" + GET + b"\r\n", [405, 400, 405]),
    "a request after the last": (GET + b"Connection: close\r\n\r\n" + GET + b"\r\n", [405]),
    "chunks": (TOKEN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [413]),
} | {
    f"a length of {length[:30].decode()}": (TOKEN + b"Content-Length: " + length + b"\r\n\r\n{}", [413])
    for length in WRONG_LENGTHS
}


@pytest.mark.parametrize("name", RESPONSES)
def test_the_server_survives_malformed_http(name: str, url: str, cloud: FakeCloud) -> None:
    sent, expected = RESPONSES[name]
    assert statuses(send(url, sent)) == expected
    assert_alive(url, cloud)


def test_no_body_is_sent_for_head(url: str) -> None:
    head, separator, body = send(url, b"HEAD / HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
    assert (statuses(head), separator, body) == ([405], b"\r\n\r\n", b"")


def test_idle_connections_block_nobody(cloud: FakeCloud) -> None:
    with contextlib.ExitStack() as stack:
        with cloud.serving() as url:
            waiting = [stack.enter_context(connected(url)) for _ in range(40)]
            for number, connection in enumerate(waiting):
                connection.sendall((b"", b"GET ", GET, TOKEN + b"Content-Length: 100\r\n\r\n{")[number % 4])
            assert_alive(url, cloud)
        # The server has ended although the connections are open.
        assert all(connection.fileno() >= 0 for connection in waiting)


def test_a_signed_request_may_come_in_pieces_and_after_another() -> None:
    cloud = stocked_cloud()
    request = request_of(SECRETS, moment=cloud.now())
    lines = [f"GET {TARGETS[SECRETS]} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
    raw = "\r\n".join([*lines, "", ""]).encode()
    with cloud.serving() as url, connected(url) as connection:
        for byte in raw:
            connection.sendall(bytes([byte]))
        connection.sendall(raw * 2)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert statuses(received) == [200] * 3
    assert [call.status for call in cloud.calls] == [200] * 3


PIECES = st.sampled_from(
    [GET, TOKEN, b"\r\n", b"\r\n\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: x\r\n", b"HTTP/1.1"]
)


@given(st.lists(PIECES | st.binary(max_size=20), max_size=6).map(b"".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_server_survives_random_bytes(url: str, cloud: FakeCloud, sent: bytes) -> None:
    assert all(400 <= status < 600 or status == 100 for status in statuses(send(url, sent)))
    assert_alive(url, cloud)
