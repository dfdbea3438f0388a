"""Whatever comes over a socket, the fake cloud's server answers it or hangs up, and answers the next request."""

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
from contract.tally import trying
from testing.requests import SECRETS, TARGETS, huawei_request, new_cloud

HOSTILE = "fake cloud: hostile HTTP"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
TOKEN = b"POST /v3/auth/tokens HTTP/1.1\r\nHost: a\r\n"
MEGABYTES = 12 * 1024 * 1024


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


def said_to(url: str, sent: bytes) -> bytes:
    """Send bytes and nothing after them, and return all that comes back."""
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
    # The standard library answers a request line that it can't read as HTTP/0.9: with a page alone.
    return [int(status) for status in found or re.findall(rb"Error code: (\d{3})", received)]


ANSWERED: dict[str, tuple[bytes, list[int]]] = {
    "nothing": (b"", []),
    "an empty line": (b"\r\n", []),
    "a word": (b"NONSENSE\r\n\r\n", [400]),
    "four words": (b"GET / a HTTP/1.1\r\n\r\n", [400]),
    "a version that is none": (b"GET / HTTP/x.y\r\n\r\n", [400]),
    "a later version": (b"GET / HTTP/2.0\r\n\r\n", [505]),
    "HTTP/2 from the start": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
    "a greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n", [400]),
    "zeros": (bytes(100) + b"\r\n\r\n", [400]),
    "a long line": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", [414]),
    "a long header": (GET + b"X: " + b"a" * 70_000 + b"\r\n\r\n", [431]),
    "a long path": (b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n\r\n", [404]),
    "101 headers": (GET + b"X: a\r\n" * 101 + b"\r\n", [431]),
    "99 headers": (GET + b"X: a\r\n" * 98 + b"\r\n", [405]),
    "a header without a colon": (GET + b"nonsense\r\n\r\n", [405]),
    "a folded header": (GET + b"X: a\r\n b\r\n\r\n", [405]),
    "an empty header": (GET + b"X:\r\n: a\r\n\r\n", [405]),
    "bytes that are no ASCII in a header": (GET + b"X: \xff\xfe\xe9\r\n\r\n", [405]),
    "UTF-8 in a header": (GET + "X: \u540d\u524d\r\n\r\n".encode(), [405]),
    "zeros in a header": (GET + b"X: \0\r\n\r\n", [405]),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", [405]),
    "two hosts": (GET + b"Host: b\r\n\r\n", [405]),
    "an odd host": (b"GET / HTTP/1.1\r\nHost: [::1]:0\"'<>/../\r\n\r\n", [405]),
    "bytes that are no ASCII in a path": (b"GET /\xff\xfe\xe9 HTTP/1.1\r\n\r\n", [404]),
    "UTF-8 in a path": ("GET /v1/\u540d\u524d/secrets HTTP/1.1\r\n\r\n".encode(), [401]),
    "escapes that are none": (b"GET /v1/%zz%/secrets?%zz=%&=&& HTTP/1.1\r\n\r\n", [401]),
    "a whole URL": (b"GET http://tds.example/ HTTP/1.1\r\n\r\n", [404]),
    "two slashes": (b"GET //tds.example/ HTTP/1.1\r\n\r\n", [404]),
    "dots": (b"GET /v1/../../etc/passwd HTTP/1.1\r\n\r\n", [404]),
    "a star": (b"OPTIONS * HTTP/1.1\r\n\r\n", [404]),
    "a tunnel": (b"CONNECT tds.example:443 HTTP/1.1\r\n\r\n", [501]),
    "a method that is none": (b"BREW / HTTP/1.1\r\n\r\n", [501]),
    "a lower-case method": (b"get / HTTP/1.1\r\n\r\n", [501]),
    "half a line": (b"GET / HT", [400]),
    "half a header": (GET + b"X-Acs-Act", [405]),
    "half a body": (TOKEN + b'Content-Length: 100\r\n\r\n{"auth"', [400]),
    "a body that is too long": (TOKEN + b"Content-Length: 2\r\n\r\n{}GET", [400]),
    "an announced body": (TOKEN + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}", [100, 400]),
    "three requests": (GET + b"\r\n" + TOKEN + b"Content-Length: 2\r\n\r\n{}" + GET + b"\r\n", [405, 400, 405]),
    "a request after the last": (GET + b"Connection: close\r\n\r\n" + GET + b"\r\n", [405]),
    "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", [405]),
    "chunks": (TOKEN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [413]),
    **{
        f"a length of {length[:30].decode()}": (TOKEN + b"Content-Length: " + length + b"\r\n\r\n{}", [413])
        for length in (
            *(b"-1", b"", b"x", b"1e1", b"+2", b"2,2", b"2 2", b"0x2", b"1_0", b"%d" % (MEGABYTES + 1), b"9" * 5000),
            *(b"0" * 20 + b"99999999999", b"0" * 5000),
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_no_good_http_is_answered_and_survived(name: str, url: str, cloud: FakeCloud) -> None:
    sent, expected = ANSWERED[name]
    with trying("(no operation)", "-", HOSTILE):
        assert statuses(said_to(url, sent)) == expected
        assert_alive(url, cloud)


def test_http_0_9_gets_a_body_alone(url: str, cloud: FakeCloud) -> None:
    with trying("(no operation)", "-", HOSTILE):
        assert b"APIGW.0101" in said_to(url, b"GET /nothing\r\n")
        assert not said_to(url, b"GET /nothing\r\n").startswith(b"HTTP")
        assert_alive(url, cloud)


def test_head_gets_no_body(url: str) -> None:
    with trying("(no operation)", "-", HOSTILE):
        head, separator, body = said_to(url, b"HEAD / HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
        assert (statuses(head), separator, body) == ([405], b"\r\n\r\n", b"")


def test_connections_that_say_nothing_hold_nobody_up(url: str, cloud: FakeCloud) -> None:
    with contextlib.ExitStack() as stack, trying("(no operation)", "-", HOSTILE):
        for number in range(40):
            waiting = stack.enter_context(connected(url))
            waiting.sendall((b"", b"GET ", GET, TOKEN + b"Content-Length: 100\r\n\r\n{")[number % 4])
        assert_alive(url, cloud)


def test_a_server_ends_although_somebody_waits() -> None:
    with contextlib.ExitStack() as stack, trying("(no operation)", "-", HOSTILE):
        with FakeCloud().serving() as url:
            waiting = stack.enter_context(connected(url))
            waiting.sendall(b"GET ")
        assert waiting.fileno() >= 0


def test_a_signed_request_may_come_in_pieces_and_after_another() -> None:
    cloud = new_cloud()
    request = huawei_request(moment=cloud.now())
    lines = [f"GET {TARGETS[SECRETS]} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
    raw = "\r\n".join([*lines, "", ""]).encode()
    with cloud.serving() as url, connected(url) as connection, trying(SECRETS, 200, HOSTILE):
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
def test_bytes_by_chance_are_survived(url: str, cloud: FakeCloud, sent: bytes) -> None:
    with trying("(no operation)", "-", HOSTILE):
        assert all(400 <= status < 600 or status == 100 for status in statuses(said_to(url, sent)))
        assert_alive(url, cloud)
