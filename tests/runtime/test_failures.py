"""What a service does wrong below HTTP's level and at it: no response, half of one, too large or damaged ones."""

from __future__ import annotations

import gzip
import re
import socket
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from cloudkeys import Password
from cloudkeys.errors import (
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    ResponseError,
    ResponseTooLargeError,
    ServerError,
    TimedOutError,
)
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler, closed_port, over_mock, over_sockets, raw_server
from runtime.failing import answering, assert_shows_no_secret, failure, failure_at
from runtime.services import OPERATION, SECRET, TOKEN


@over_sockets
def test_a_refused_connection(driver: Driver) -> None:
    port = closed_port()
    error = failure_at(driver, f"http://127.0.0.1:{port}")
    assert type(error) is ConnectionFailedError
    assert error.operation == OPERATION
    assert str(error).startswith(f"{OPERATION}: 127.0.0.1:{port}: ConnectError")


CUT_OFF = {
    "before the response": b"",
    "in the status line": b"HTTP/1.",
    "in the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "before the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
    "in the body": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"credential": {',
    "in a chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"credential',
    "in the body of an error": b"HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{",
    "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
}


@over_sockets
@pytest.mark.parametrize("place", CUT_OFF)
def test_a_response_that_is_cut_off(driver: Driver, place: str) -> None:
    with raw_server(CUT_OFF[place]) as (base_url, _):
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert "RemoteProtocolError" in str(error)


@over_sockets
@pytest.mark.parametrize("begun", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"credential"'])
def test_a_service_that_does_not_go_on(driver: Driver, begun: bytes) -> None:
    def stall(connection: socket.socket) -> None:
        connection.sendall(begun)
        connection.recv(1)  # until the client hangs up

    with raw_server(stall) as (base_url, _):
        error = failure_at(driver, base_url, timeout=httpx.Timeout(10, read=0.1))
    assert type(error) is TimedOutError
    assert re.fullmatch(rf"{OPERATION}: 127\.0\.0\.1:\d+: timed out \(ReadTimeout\)", str(error))


def leaves(base: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    children = [child for child in base.__subclasses__() if child.__module__ == base.__module__]
    for child in children:
        yield from leaves(child)
    if not children:
        yield base


@over_mock
@pytest.mark.parametrize("kind", [kind for kind in leaves(httpx.RequestError) if kind is not httpx.DecodingError])
def test_no_error_of_httpx_gets_through(driver: Driver, kind: type[httpx.RequestError]) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise kind("x", request=request)

    error = failure(driver, fail)
    assert type(error) is (TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError)
    assert kind.__name__ in str(error)


@pytest.mark.parametrize("status", [200, 502])
def test_a_body_may_be_as_large_as_the_client_says(driver: Driver, status: int) -> None:
    def body_of(size: int) -> Handler:
        return answering(b"x" * size, status, {"X-Request-Id": "r-1"})

    fits = failure(driver, body_of(1000), largest_response=1000)
    assert type(fits) is (DecodeError if status == 200 else ServerError)
    error = failure(driver, body_of(1001), largest_response=1000)
    assert type(error) is ResponseTooLargeError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, status, "r-1")
    assert error.content == b"x" * 1000
    assert "more than 1000 bytes" in str(error)


@over_sockets
def test_a_large_body_is_not_read_to_its_end(driver: Driver) -> None:
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        sent.extend(connection.send(b"x" * 1_000_000) for _ in range(1000))

    with raw_server(flood) as (base_url, _):
        error = failure_at(driver, base_url, largest_response=1000)
    assert type(error) is ResponseTooLargeError
    assert len(error.content) == 1000
    assert sum(sent) < 100_000_000


@over_sockets
def test_a_small_body_that_unpacks_twice_to_a_huge_one(driver: Driver) -> None:
    # One layer is what `contract/test_any_bytes.py` shows.
    bomb = gzip.compress(gzip.compress(b"0" * 200_000_000, 6), 6)
    tracemalloc.start()
    try:
        headers = {"Content-Encoding": "gzip, gzip"}
        error = failure(driver, answering(bomb, 200, headers), largest_response=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, ResponseError)
    assert len(error.content) <= 1_000_000
    assert peak < 190_000_000


@over_sockets
@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b'{"credential": {}}')[:-4] + b"\0\0\0\0"],
    ids=["no gzip", "wrong length"],
)
def test_a_damaged_content_encoding(driver: Driver, content: bytes) -> None:
    error = failure(driver, answering(content, 200, {"Content-Encoding": "gzip", "X-Request-Id": "r-1"}))
    assert type(error) is DecodeError
    assert (error.operation, error.status_code, error.request_id, error.path) == (OPERATION, 200, "r-1", "$")
    assert "the content encoding is damaged" in str(error)


@over_sockets
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_an_error_with_a_damaged_content_encoding_is_still_that_error(driver: Driver, encoding: str) -> None:
    error = failure(driver, answering(b"<html>", 503, {"Content-Encoding": encoding, "X-Request-Id": "r-1"}))
    assert type(error) is ServerError
    assert (error.status_code, error.request_id, error.code) == (503, "r-1", None)


@over_sockets
def test_a_damaged_response_to_the_request_for_a_token(driver: Driver) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    handler = answering(b"no gzip", 201, {"Content-Encoding": "gzip", "X-Subject-Token": TOKEN})
    error = failure(driver, handler, token=None, password=password)
    assert type(error) is DecodeError
    assert_shows_no_secret(error)


@over_sockets
def test_the_response_to_the_request_for_a_token_may_be_as_large_as_the_client_says(driver: Driver) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    handler = answering(b"{}" + b" " * 9_000_000, 201, {"X-Subject-Token": TOKEN})
    error = failure(driver, handler, token=None, password=password, largest_response=2_000_000)
    assert type(error) is ResponseTooLargeError
    assert len(error.content) <= 2_000_000
    assert_shows_no_secret(error)


@over_mock
def test_an_encoding_that_a_transport_finds_damaged(driver: Driver) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise httpx.DecodingError("x", request=request)

    assert isinstance(failure(driver, fail), CloudkeysError)
