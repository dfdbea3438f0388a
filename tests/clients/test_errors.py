from __future__ import annotations

import contextlib
import copy
import functools
import gzip
import itertools
import json
import pickle
import re
import socket
import sys
import threading
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from cloudkeys import AccessKey, Alibaba, Huawei, Password, RetryPolicy, errors
from cloudkeys.errors import (
    REQUEST_ID_HEADERS,
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    NoResponseError,
    NotFoundError,
    PageLoopError,
    ParameterError,
    PermissionDeniedError,
    ResponseError,
    ResponseTooLargeError,
    ServerError,
    StatusError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.status import ADVICE, CLASSES_BY_CODE, CLASSES_BY_STATUS
from cloudkeys.testing import Answer
from cloudkeys_api.huawei_iam_v3.models import ErrorBody, ErrorDetail
from driver import Driver, Handler

SECRET = "secret-that-nobody-may-see"  # noqa: S105 - what the tests look for in places where it must not be
TOKEN = "token-that-nobody-may-see"  # noqa: S105
ONCE = RetryPolicy(attempts=1)
OPERATION = "ShowPermanentAccessKey"

over_mock = pytest.mark.parametrize(
    "driver", [(False, False), (True, False)], ids=["sync-mock", "async-mock"], indirect=True
)
over_sockets = pytest.mark.parametrize(
    "driver", [(False, True), (True, True)], ids=["sync-sockets", "async-sockets"], indirect=True
)


def failure(driver: Driver, handler: Handler, **options: Any) -> Any:
    """Return what a call of Huawei raises."""
    settings: dict[str, Any] = {"token": TOKEN, "retry": ONCE} | driver.serve(handler) | options
    return failure_of(driver, Huawei(**settings))


def failure_of(driver: Driver, huawei: Huawei) -> Any:
    with pytest.raises(CloudkeysError) as caught:
        driver.call(lambda: huawei.access_key("AK"), lambda: huawei.access_key_async("AK"))
    return caught.value


def answering(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: Answer(status, content, headers or {})


def family(base: type[CloudkeysError] = CloudkeysError) -> Iterator[type[CloudkeysError]]:
    yield base
    for child in base.__subclasses__():
        yield from family(child)


# The tree.


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r" {4}((?:[│ ] {3}|[├└]── )*)(\w+Error)\b", line):
            path[len(found[1]) // 4 :] = [found[2]]
            drawn[found[2]] = path[-2] if len(path) > 1 else None
    real = {
        kind.__name__: next((base.__name__ for base in kind.__bases__ if issubclass(base, CloudkeysError)), None)
        for kind in family()
    }
    assert drawn == real
    assert all(kind.__module__ == "cloudkeys.errors" for kind in family())


# Bodies.

SHAPES: list[tuple[dict[str, Any], tuple[str | None, str | None, str | None]]] = [
    ({"error_code": "PAP5.0010", "error_msg": "wrong marker"}, ("PAP5.0010", "wrong marker", None)),
    ({"error_code": "PAP5.0010", "error_msg": "m", "request_id": "r"}, ("PAP5.0010", "m", "r")),
    ({"error_msg": "m", "error_code": "IAM.1", "encoded_authorization_message": "e"}, ("IAM.1", "m", None)),
    ({"error": {"code": 400, "message": "m", "title": "Bad Request"}}, ("400", "m", None)),
    ({"error": {"error_code": "KMS.0309", "error_msg": "m"}}, ("KMS.0309", "m", None)),
    ({"errorCode": "KMS.0309", "errorMsg": "m"}, ("KMS.0309", "m", None)),
    ({"code": "KMS.0309", "message": "m"}, ("KMS.0309", "m", None)),
    ({"Code": "No", "Message": "m", "RequestId": "r", "HostId": "h", "Recommend": "u"}, ("No", "m", "r")),
    ({"code": "No", "message": "m", "requestId": "r"}, ("No", "m", "r")),
    ({"error_code": "KMS.0309"}, ("KMS.0309", None, None)),
    ({"error_code": "KMS.0309", "error_msg": "名前"}, ("KMS.0309", "名前", None)),
    ({"request_id": "r"}, (None, None, "r")),
    ({"request_id": 7, "error_code": "KMS.0309"}, ("KMS.0309", None, None)),
]


@pytest.mark.parametrize(("body", "expected"), SHAPES)
def test_each_form_of_an_error_body_is_read(
    driver: Driver, body: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    error = failure(driver, answering(body))
    assert (error.code, error.vendor_message, error.request_id) == expected
    assert all(text in str(error) for text in expected if text)


UNREADABLE = {
    "HTML": b"<html><title>502 Bad Gateway</title></html>",
    "nothing": b"",
    "truncated": b'{"error_code": "KMS.0309", "error_',
    "an array": b'[{"error_code": "KMS.0309"}]',
    "a number": b"7",
    "a text": b'"error_code"',
    "null": b"null",
    "a number without end": b'{"error_code": ' + b"9" * 10_000 + b"}",
    "an infinite number": b'{"error": {"code": 1e999}}',
    "deep nesting": b'{"error": ' + b"[" * 100_000,
    "deep nesting, closed": b'{"error_code": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a lone surrogate": rb'{"error_code": "\ud800", "error_msg": "m"}',
    "no UTF-8": b'{"error_code": "\xff"}',
    "a huge page": b"<html>" + b"x" * 5_000_000,
    "an object for a code": b'{"error_code": {"a": 1}, "error_msg": ["m"]}',
    "an error that is no object": b'{"error": "KMS.0309"}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_cannot_be_read_is_kept_and_gives_no_code(driver: Driver, name: str) -> None:
    error = failure(driver, answering(UNREADABLE[name], 502, {"X-Request-Id": "r-1"}))
    assert type(error) is ServerError
    assert (error.code, error.vendor_message, error.body) == (None, None, None)
    assert error.content == UNREADABLE[name]
    assert str(error) == f"{OPERATION}: status 502 (request id r-1)"


@over_mock
def test_a_body_that_is_nested_just_as_deep_as_can_be_read_is_no_other_error(driver: Driver) -> None:
    limit = sys.getrecursionlimit()
    bodies = iter(b'{"code": %b}' % (b"[" * depth + b"1" + b"]" * depth) for depth in range(limit - 200, limit + 1))
    huawei = Huawei(token=TOKEN, retry=ONCE, **driver.serve(lambda _: Answer(400, next(bodies))))
    for _ in range(200):
        assert type(failure_of(driver, huawei)) is StatusError


def test_an_error_carries_all_that_is_known_of_it(driver: Driver) -> None:
    body = {"error": {"code": 403, "message": "not allowed", "title": "Forbidden"}, "request_id": "r-1"}
    error = failure(driver, answering(body, 403, {"X-Extra": "e"}))
    assert type(error) is PermissionDeniedError
    assert (error.operation, error.status_code, error.request_id) == (OPERATION, 403, "r-1")
    assert (error.code, error.vendor_message) == ("403", "not allowed")
    assert error.headers["x-extra"] == error.headers["X-EXTRA"] == "e"
    assert json.loads(error.content) == body
    assert error.body == ErrorBody(
        error=ErrorDetail(code=403, message="not allowed", title="Forbidden"), request_id="r-1"
    )
    assert str(error) == f"{OPERATION}: status 403: 403: not allowed (request id r-1)"


@pytest.mark.parametrize("header", REQUEST_ID_HEADERS)
def test_the_request_id_is_in_the_body_or_in_a_header(driver: Driver, header: str) -> None:
    headers = {header.title(): "from-header"}
    assert failure(driver, answering({}, headers=headers)).request_id == "from-header"
    assert failure(driver, answering(b"<html>", headers=headers)).request_id == "from-header"
    assert failure(driver, answering({"request_id": "from-body"}, headers=headers)).request_id == "from-body"
    assert failure(driver, answering([], 200, headers)).request_id == "from-header"
    assert failure(driver, answering({})).request_id is None


def test_the_request_id_headers_are_those_of_the_vendors() -> None:
    assert set(REQUEST_ID_HEADERS) == {"x-request-id", "x-iam-trace-id", "x-acs-request-id"}


# What codes and statuses mean.


def spelt(pattern: str) -> Iterator[str]:
    """Give codes that a pattern matches: each character of a class, and something and nothing for a star."""
    parts = re.findall(r"\[([^]]+)\]|(\*)|(\?)|([^*?\[]+)", pattern)
    choices = [
        list(cls) if cls else ["", ".X"] if star else ["7"] if mark else [text] for cls, star, mark, text in parts
    ]
    return map("".join, itertools.product(*choices))


ROWS = [(code, kind) for pattern, kind in CLASSES_BY_CODE for code in spelt(pattern)]


@pytest.mark.parametrize(("code", "kind"), ROWS)
def test_the_code_decides_before_the_status(driver: Driver, code: str, kind: type[StatusError]) -> None:
    for status in (400, 404 if kind is not NotFoundError else 403):
        error = failure(driver, answering({"error_code": code}, status))
        assert (type(error), error.status_code, error.code) == (kind, status, code)


@pytest.mark.parametrize(("status", "kind"), CLASSES_BY_STATUS.items())
def test_the_status_decides_where_no_code_does(driver: Driver, status: int, kind: type[StatusError]) -> None:
    for body in ({"error_code": "X.1"}, {}, b"<html>"):
        assert type(failure(driver, answering(body, status))) is kind


@pytest.mark.parametrize("status", [400, 418, 499, 302, 201])
def test_another_status_below_500_is_an_error_of_no_special_kind(driver: Driver, status: int) -> None:
    assert type(failure(driver, answering({}, status))) is StatusError


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
def test_every_status_from_500_on_is_an_error_of_the_service(driver: Driver, status: int) -> None:
    error = failure(driver, answering({}, status))
    assert (type(error), error.status_code) == (ServerError, status)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "Throttling", ThrottledError),
        (400, "Throttling.User", ThrottledError),
        (400, "Throttling.Api", ThrottledError),
        (400, "Rejected.Throttling", ThrottledError),
        (429, "IAM.0012", ThrottledError),
        (429, "X.1", ThrottledError),
        (400, "ServiceUnavailable", ServerError),
        (500, "RdCheckInnerError", ServerError),
        (404, "InvalidAccessKeyId.NotFound", AuthenticationError),
        (400, "InvalidAccessKeyId.Inactive", AuthenticationError),
        (400, "SignatureDoesNotMatch", AuthenticationError),
        (400, "InvalidTimeStamp.Expired", AuthenticationError),
        (400, "SignatureNonceUsed", AuthenticationError),
        (400, "NoPermission", PermissionDeniedError),
        (403, "NoPermission", PermissionDeniedError),
        (400, "RdCheckNoPermission", PermissionDeniedError),
        (401, "APIGW.0301", AuthenticationError),
        (401, "APIGW.0303", AuthenticationError),
        *((401, f"IAM.{number}", AuthenticationError) for number in ("0001", "0061", "0062", "0063", "0066", "0067")),
        (403, "IAM.0002", PermissionDeniedError),
        (403, "IAM.0080", PermissionDeniedError),
        (404, "IAM.0004", NotFoundError),
        (400, "CSMS.0005", NotFoundError),
        *((403, f"KMS.{number}", AuthenticationError) for number in ("0301", "0302", "0303", "0305", "0321")),
        (403, "KMS.0309", PermissionDeniedError),
    ],
)
def test_the_vendors_codes_mean_what_their_pages_say(
    driver: Driver, status: int, code: str, kind: type[StatusError]
) -> None:
    assert type(failure(driver, answering({"error_code": code}, status))) is kind


@pytest.mark.parametrize(("code", "advice"), [(code, advice) for pattern, advice in ADVICE for code in spelt(pattern)])
def test_the_message_says_what_to_do(driver: Driver, code: str, advice: str) -> None:
    error = failure(driver, answering({"error_code": code, "error_msg": "m"}, headers={"X-Request-Id": "r"}))
    assert str(error) == f"{OPERATION}: status 400: {code}: m: {advice} (request id r)"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("InvalidTimeStamp.Expired", "clock"),
        ("APIGW.0303", "clock"),
        ("APIGW.0301", "project_id"),
        ("KMS.0303", "expired"),
        ("IAM.0066", "expired"),
        ("KMS.0321", "project"),
    ],
)
def test_what_to_do_is_said_of_a_clock_a_token_and_a_project(driver: Driver, code: str, word: str) -> None:
    assert word in str(failure(driver, answering({"error_code": code})))
    assert word not in str(failure(driver, answering({"error_code": "X.1"})))


def test_alibaba_has_the_same_errors(driver: Driver) -> None:
    body = {"RequestId": "r-1", "HostId": "h", "Code": "Throttling.User", "Message": "too fast"}
    alibaba = Alibaba(credentials=AccessKey("AK", SECRET), retry=ONCE, **driver.serve(answering(body)))
    with pytest.raises(ThrottledError) as caught:
        driver.items(alibaba.access_key_leaks())
    error = caught.value
    assert (error.code, error.vendor_message, error.request_id) == ("Throttling.User", "too fast", "r-1")
    assert msgspec.to_builtins(error.body) == body


# No response.


@contextlib.contextmanager
def raw_server(play: Callable[[socket.socket], object]) -> Iterator[str]:
    """Serve connections one after the other: read a request, let `play` answer it, hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    if not connection.recv(65536):
                        return
                    with contextlib.suppress(OSError):
                        play(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with socket.create_connection(listener.getsockname()):
                pass  # a connection that sends nothing ends the thread
            thread.join(5)


def failure_at(driver: Driver, base_url: str, **options: Any) -> Any:
    huawei = Huawei(base_url=base_url, token=TOKEN, retry=ONCE, **options)
    try:
        return failure_of(driver, huawei)
    finally:
        huawei.close()
        driver.call(lambda: None, huawei.aclose)


@over_sockets
def test_a_refused_connection(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure_at(driver, f"http://127.0.0.1:{port}")
    assert type(error) is ConnectionFailedError
    assert error.operation == OPERATION
    assert str(error).startswith(f"{OPERATION}: ConnectError")


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
    with raw_server(lambda connection: connection.sendall(CUT_OFF[place])) as base_url:
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert "RemoteProtocolError" in str(error)


@over_sockets
@pytest.mark.parametrize("begun", [b"", b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"credential"'])
def test_a_service_that_does_not_go_on(driver: Driver, begun: bytes) -> None:
    def stall(connection: socket.socket) -> None:
        connection.sendall(begun)
        connection.recv(1)  # until the client hangs up

    with raw_server(stall) as base_url:
        error = failure_at(driver, base_url, timeout=0.1)
    assert type(error) is TimedOutError
    assert str(error) == f"{OPERATION}: timed out (ReadTimeout)"


def leaves(base: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    children = [child for child in base.__subclasses__() if child.__module__ == base.__module__]
    for child in children:
        yield from leaves(child)
    if not children:
        yield base


@over_mock
@pytest.mark.parametrize("kind", [kind for kind in leaves(httpx.RequestError) if kind is not httpx.DecodingError])
def test_no_error_of_httpx_gets_through(driver: Driver, kind: type[httpx.RequestError]) -> None:
    def fail(request: httpx.Request) -> Answer:
        raise kind("x", request=request)

    error = failure(driver, fail)
    assert type(error) is (TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError)
    assert kind.__name__ in str(error)


# Responses that are too large, or damaged.


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

    with raw_server(flood) as base_url:
        error = failure_at(driver, base_url, largest_response=1000)
    assert type(error) is ResponseTooLargeError
    assert len(error.content) == 1000
    assert sum(sent) < 100_000_000


@over_sockets
@pytest.mark.parametrize("layers", [1, 2])
def test_a_small_body_that_unpacks_to_a_huge_one(driver: Driver, layers: int) -> None:
    bomb = gzip.compress(b"0" * 200_000_000, 9 if layers == 1 else 6)
    bomb = gzip.compress(bomb) if layers == 2 else bomb
    headers = {"Content-Encoding": ", ".join(["gzip"] * layers)}
    tracemalloc.start()
    try:
        error = failure(driver, answering(bomb, 200, headers), largest_response=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, ResponseError)
    assert len(error.content) <= 1_000_000
    # Of one layer, what unpacks at once is a chunk of the network's: 64 KiB, a thousand times.
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
    assert isinstance(error, CloudkeysError)
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
    def fail(request: httpx.Request) -> Answer:
        raise httpx.DecodingError("x", request=request)

    assert isinstance(failure(driver, fail), CloudkeysError)


CREDENTIAL = {
    "user_id": "u",
    "access": "AK",
    "status": "active",
    "create_time": "2026-01-02T03:04:05Z",
    "last_use_time": "2026-01-02T03:04:05Z",
}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"credential": CREDENTIAL | {"user_id": 7}}, "$.credential.user_id"),
        ({"credential": CREDENTIAL | {"create_time": "yesterday"}}, "$.credential.create_time"),
        ({"credential": {}}, "$.credential"),
        ({}, "$"),
        (b"<html>", "$"),
        (b"", "$"),
    ],
)
def test_a_result_that_is_wrong_has_the_place_where(driver: Driver, body: Any, path: str) -> None:
    error = failure(driver, answering(body, 200, {"X-Request-Id": "r-1"}))
    assert type(error) is DecodeError
    assert (error.path, error.request_id, error.status_code, error.code) == (path, "r-1", 200, None)
    assert f"at {path}: " in str(error)


# Copies.


def examples() -> Iterator[CloudkeysError]:
    """Give an error of each class."""
    for kind in family():
        if issubclass(kind, ResponseError):
            error = kind("Operation", 400, httpx.Headers([("X-Request-Id", "r"), ("A", "1"), ("A", "2")]), b"content")
            error.body, error.code, error.vendor_message, error.reason = ErrorBody(error_code="c"), "c", "m", "why"
            if isinstance(error, DecodeError):
                error.path = "$.a"
            yield error
        elif issubclass(kind, ParameterError):
            yield kind("Operation", "parameter", "reason")
        elif issubclass(kind, (NoResponseError, PageLoopError)):
            yield kind("Operation", "reason")
        else:
            yield kind("text")


def carried(error: Any) -> dict[str, Any]:
    return {name: getattr(error, name) for name in [*vars(error), "request_id"] if not name.startswith("_")}


def pickled(error: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - made one line above


def public(error: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if not name.startswith("_")}


WAYS_TO_COPY: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle-{number}": functools.partial(pickled, protocol=number) for number in range(6)},
}


@pytest.mark.parametrize("error", list(examples()), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", WAYS_TO_COPY)
def test_an_error_survives_being_copied_with_all_that_it_carries(error: Any, way: str) -> None:
    again = WAYS_TO_COPY[way](error)
    assert type(again) is type(error)
    assert (str(again), repr(again)) == (str(error), repr(error))
    assert public(again) == public(error)
    if isinstance(error, ResponseError):
        assert again.request_id == "r"
        assert (again.headers["X-Request-Id"], again.headers["A"]) == ("r", "1, 2")


def test_an_error_of_a_call_survives_being_pickled(driver: Driver) -> None:
    body = {"error": {"code": 404, "message": "m"}, "request_id": "r-1"}
    for status in (404, 200):
        error = failure(driver, answering(body, status))
        again = pickled(error, pickle.DEFAULT_PROTOCOL)
        assert type(again) is type(error) is (NotFoundError if status == 404 else DecodeError)
        assert public(again) == public(error)
        assert str(again) == str(error)


# What is shown.


def shown(error: BaseException) -> str:
    """Return all that a log or a terminal shows of an error and of those that it came from."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def assert_shows_no_secret(error: BaseException, *secrets: str) -> None:
    text = shown(error)
    for secret in (SECRET, TOKEN, *secrets):
        assert secret not in text


HOSTILE = {
    "escapes": "\x1b[31mred\x07\x00\x9b",
    "lines": "one\r\ntwo\x85three\u2028four\u2029five\x0b\x0c",
    "directions": "\u202eabc\u2066\u200b\ufeff",
    "beyond Unicode's assigned planes": "\U000e0001\U0010ffff\ue000",
    "long": "x" * 100_000,
    "long and escaped": "\x1b" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("shape", ["error_code error_msg request_id", "Code Message RequestId"])
def test_what_a_service_says_is_shown_on_one_printable_line_of_bounded_length(
    driver: Driver, name: str, shape: str
) -> None:
    error = failure(driver, answering(dict.fromkeys(shape.split(), HOSTILE[name])))
    assert error.code == error.vendor_message == HOSTILE[name]
    for text in (str(error), repr(error), error.request_id):
        assert text.isprintable()
        assert len(text) < 1200


def test_a_long_request_id_of_a_header_is_cut(driver: Driver) -> None:
    error = failure(driver, answering({}, headers={"X-Request-Id": "r" * 20_000}))
    assert len(error.request_id) == 300
    assert len(str(error)) < 400


def test_a_result_that_is_wrong_is_told_on_one_printable_line_of_bounded_length(driver: Driver) -> None:
    for hostile in HOSTILE.values():
        for body in ({"credential": {hostile: 1}}, {"credential": CREDENTIAL | {"create_time": hostile}}):
            error = failure(driver, answering(body, 200))
            assert str(error).isprintable()
            assert len(str(error)) < 1200


@over_sockets
def test_what_a_service_says_in_place_of_http_is_shown_on_one_printable_line(driver: Driver) -> None:
    with raw_server(lambda connection: connection.sendall(b"\x1b[31m\x00\xff" * 1000 + b"\r\n\r\n")) as base_url:
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert str(error).isprintable()
    assert len(str(error)) < 400


def wrong_result(text: str, name: str) -> bytes:
    wrong = {"create_time": text, "Id": text, name: text}
    return json.dumps({"credential": CREDENTIAL | wrong, "AccessKeyLeakList": [wrong]}).encode()


SENT_SECRETS = ("Authorization", "X-Auth-Token", "X-Security-Token", "x-acs-security-token")
ECHOES: dict[str, Callable[[str], Answer]] = {
    "the code": lambda text: Answer(400, json.dumps({"error_code": text}).encode()),
    "the message": lambda text: Answer(401, json.dumps({"error_code": "APIGW.0301", "error_msg": text}).encode()),
    "a long message": lambda text: Answer(400, json.dumps({"Code": "c", "Message": f"a{text}b" * 99}).encode()),
    "the end of what is shown": lambda text: Answer(400, json.dumps({"Code": "c" * 290 + text}).encode()),
    "an inner message": lambda text: Answer(403, json.dumps({"error": {"code": 403, "message": text}}).encode()),
    "the request id": lambda text: Answer(500, json.dumps({"request_id": text}).encode()),
    "Alibaba's request id": lambda text: Answer(400, json.dumps({"Code": "c", "RequestId": f"a{text}"}).encode()),
    "a page": lambda text: Answer(502, f"<html>{text}</html>".encode()),
    "a header": lambda text: Answer(404, b"{}", {"X-Echo": text, "WWW-Authenticate": text}),
    "a redirect": lambda text: Answer(302, b"", {"Location": f"/{text}"}),
    **{
        f"the header {name}": lambda text, name=name: Answer(429, b"{}", {name: text})  # type: ignore[misc]
        for name in REQUEST_ID_HEADERS
    },
    "the request id of a wrong result": lambda text: Answer(200, b"[]", {"X-Request-Id": text}),
    "a value of a wrong result": lambda text: Answer(200, wrong_result(text, "status")),
    "a name of a wrong result": lambda text: Answer(200, wrong_result("7", text)),
    "a large result": lambda text: Answer(200, text.encode() * 1000, {"X-Request-Id": text}),
}


def call_with_a_token(**options: Any) -> Huawei:
    return Huawei(token=TOKEN, **options)


def call_with_temporary_keys(**options: Any) -> Huawei:
    return Huawei(credentials=AccessKey("AK", SECRET, TOKEN), **options)


@pytest.mark.parametrize("place", ECHOES)
@pytest.mark.parametrize("open_client", [call_with_a_token, call_with_temporary_keys])
def test_no_message_shows_a_secret_that_the_service_echoes(
    driver: Driver, place: str, open_client: Callable[..., Huawei]
) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> Answer:
        sent.extend(value for name in SENT_SECRETS if (value := request.headers.get(name)))
        return ECHOES[place](sent[-1])

    error = failure_of(driver, open_client(retry=ONCE, largest_response=9000, **driver.serve(echo)))
    assert sent[-1] == TOKEN
    assert_shows_no_secret(error, *sent)


@pytest.mark.parametrize("header", ["Authorization", "x-acs-security-token"])
@pytest.mark.parametrize("place", ECHOES)
def test_no_message_of_alibaba_shows_a_secret_that_the_service_echoes(driver: Driver, place: str, header: str) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> Answer:
        sent.append(request.headers[header])
        return ECHOES[place](sent[-1])

    key = AccessKey("AK", SECRET, TOKEN)
    alibaba = Alibaba(credentials=key, retry=ONCE, largest_response=9000, **driver.serve(echo))
    with pytest.raises(ResponseError) as caught:
        driver.items(alibaba.access_key_leaks())
    assert_shows_no_secret(caught.value, *sent)


def test_no_message_shows_the_signature_that_the_service_echoes(driver: Driver) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> Answer:
        sent.append(request.headers["Authorization"])
        body = {"error_code": "APIGW.0301", "error_msg": f"Incorrect authorization: {sent[-1]}", "request_id": sent[-1]}
        return Answer(401, json.dumps(body).encode())

    assert_shows_no_secret(failure(driver, echo, token=None, credentials=AccessKey("AK", SECRET)), *sent)


@pytest.mark.parametrize("place", ECHOES)
def test_no_message_shows_a_password_that_the_service_echoes(driver: Driver, place: str) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    error = failure(driver, lambda _: ECHOES[place](SECRET), token=None, password=password)
    assert error.operation == "KeystoneCreateUserTokenByPassword"
    assert_shows_no_secret(error)


def test_no_message_shows_a_new_token_that_the_service_echoes(driver: Driver) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    for body in (b"{}", b'{"token": {"expires_at": "2099-01-01T00:00:00Z"}}'):

        def echo(request: httpx.Request, body: bytes = body) -> Answer:
            headers = {"X-Subject-Token": TOKEN, "X-Request-Id": TOKEN}
            return Answer(201, body, headers) if request.method == "POST" else ECHOES["the request id"](TOKEN)

        assert_shows_no_secret(failure(driver, echo, token=None, password=password))


def test_no_message_shows_a_secret_after_repeated_attempts(driver: Driver) -> None:
    attempts: list[int] = []

    def echo(_: httpx.Request) -> Answer:
        attempts.append(1)
        return Answer(503, json.dumps({"error_code": TOKEN, "error_msg": TOKEN}).encode())

    error = failure(driver, echo, retry=RetryPolicy(attempts=3, first_wait=0, jitter=0))
    assert len(attempts) == 3
    assert_shows_no_secret(error)


@over_sockets
@pytest.mark.parametrize("start", ["", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: "])
def test_no_message_shows_a_secret_that_comes_in_place_of_http(driver: Driver, start: str) -> None:
    with raw_server(lambda connection: connection.sendall(f"{start}{TOKEN}\r\n\r\n".encode())) as base_url:
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert_shows_no_secret(error)


def test_what_the_service_sent_is_in_attributes_unchanged(driver: Driver) -> None:
    body = {"error_code": "X.1", "error_msg": f"bad token {TOKEN}"}
    error = failure(driver, answering(body))
    assert error.vendor_message == body["error_msg"]
    assert json.loads(error.content) == body
    assert str(error) == f"{OPERATION}: status 400: X.1: bad token ***"


@pytest.mark.parametrize("open_client", [call_with_a_token, call_with_temporary_keys])
def test_an_error_holds_no_secret_that_the_service_did_not_send(
    driver: Driver, open_client: Callable[..., Huawei]
) -> None:
    for status in (200, 401, 500):
        error = failure_of(driver, open_client(retry=ONCE, **driver.serve(answering({"Code": "c"}, status))))
        for secret in (SECRET, TOKEN):
            assert secret not in str(vars(error))
            assert secret not in str(error.args)
            assert secret.encode() not in pickle.dumps(error)


@pytest.mark.parametrize("place", ["the message", "the request id", "the header x-request-id"])
@pytest.mark.parametrize("way", WAYS_TO_COPY)
def test_a_copy_shows_no_secret_that_the_service_echoes(driver: Driver, place: str, way: str) -> None:
    error = failure(driver, lambda _: ECHOES[place](TOKEN))
    again = WAYS_TO_COPY[way](error)
    assert_shows_no_secret(again)
    assert (str(again), again.request_id) == (str(error), error.request_id)
