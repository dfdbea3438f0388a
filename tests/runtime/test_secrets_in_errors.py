"""Errors show printable text of bounded length and no secret, and keep no object that holds one."""

from __future__ import annotations

import contextlib
import json
import pickle
import socket
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

import httpx
import pytest

from cloudkeys import Connections, Password
from cloudkeys.errors import CloudkeysError, ConnectionFailedError, TimedOutError
from cloudkeys.runtime.status import REQUEST_ID_HEADERS
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets, raw_server, stay_silent
from runtime.calls import assert_shows_no_secret, close, failure, failure_of, open_huawei
from runtime.services import HOLDERS, ONCE, OPERATION, PASSWORD, SECRET, TOKEN, credential, response

CREDENTIAL: dict[str, Any] = json.loads(credential("AK").body)["credential"]
HOSTILE = {
    "escapes": "\x1b[31mred\x07\x00\x9b",
    "lines": "one\r\ntwo\x85three\u2028four\u2029five\x0b\x0c",
    "directions": "\u202eabc\u2066\u200b\ufeff",
    "unassigned characters": "\U000e0001\U0010ffff\ue000",
    "long": "x" * 100_000,
    "long and escaped": "\x1b" * 100_000,
}


@over_mock
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_on_one_printable_line_of_bounded_length(driver: Driver, name: str) -> None:
    text = HOSTILE[name]
    for fields in ("error_code error_msg request_id", "Code Message RequestId"):
        error = failure(driver, response(dict.fromkeys(fields.split(), text)))
        assert error.code == error.vendor_message == text
        assert len(error.request_id) <= 300
        for shown in (str(error), repr(error), error.request_id):
            assert shown.isprintable()
            assert len(shown) < 1200
    for body in ({"credential": {text: 1}}, {"credential": CREDENTIAL | {"create_time": text}}):
        shown = str(failure(driver, response(body, 200)))
        assert shown.isprintable()
        assert len(shown) < 1200


def wrong_result(text: str, name: str) -> FakeResponse:
    wrong = {"create_time": text, "Id": text, name: text}
    return response({"credential": CREDENTIAL | wrong, "AccessKeyLeakList": [wrong]}, 200)


ECHOES: dict[str, Callable[[str], FakeResponse]] = {
    "code": lambda text: response({"error_code": text}),
    "message": lambda text: response({"error_code": "APIGW.0301", "error_msg": text}, 401),
    "long message": lambda text: response({"Code": "c", "Message": f"a{text}b" * 99}),
    "end of the shown text": lambda text: response({"Code": "c" * 290 + text}),
    "inner message": lambda text: response({"error": {"code": 403, "message": text}}, 403),
    "request ID": lambda text: response({"request_id": text}, 500),
    "Alibaba's request ID": lambda text: response({"Code": "c", "RequestId": f"a{text}"}),
    "page": lambda text: response(f"<html>{text}</html>".encode(), 502),
    "headers": lambda text: response({}, 404, {"X-Echo": text, "Location": text, "WWW-Authenticate": text}),
    "headers of the request ID": lambda text: response({}, 429, dict.fromkeys(REQUEST_ID_HEADERS, text)),
    "request ID of a wrong result": lambda text: response([], 200, {"X-Request-Id": text}),
    "value in a wrong result": lambda text: wrong_result(text, "status"),
    "name in a wrong result": lambda text: wrong_result("7", text),
    "large result": lambda text: response(text.encode() * 1000, 200, {"X-Request-Id": text}),
}
# A way to authenticate, and the header that the service repeats; a password is in the body.
SENDERS: dict[str, tuple[str, str]] = {
    "huawei token": ("a token", "X-Auth-Token"),
    "huawei password": ("a password", ""),
    "huawei signature": ("temporary keys", "Authorization"),
    "huawei session token": ("temporary keys", "X-Security-Token"),
    "alibaba signature": ("temporary keys", "Authorization"),
    "alibaba session token": ("temporary keys", "x-acs-security-token"),
}


@over_mock
@pytest.mark.parametrize("sender", SENDERS)
def test_no_message_shows_a_secret_that_the_service_echoes(driver: Driver, sender: str) -> None:
    holder, header = SENDERS[sender]
    settings = {**HOLDERS[holder], "retry": ONCE, "largest_response": 9000}
    for echo in ECHOES.values():
        sent: list[str] = []

        def respond(request: httpx.Request, echo: Any = echo, sent: list[str] = sent) -> FakeResponse:
            sent.append(request.headers[header] if header else SECRET)
            found: FakeResponse = echo(sent[-1])
            return found

        if sender.startswith("huawei"):
            error = failure(driver, respond, **settings)
        else:
            leaks = driver.alibaba(respond, **settings).sas.describe_accesskey_leak_list()
            with pytest.raises(CloudkeysError) as caught:
                driver.items(leaks)
            error = caught.value
        assert_shows_no_secret(error, *sent)


@over_mock
@pytest.mark.parametrize("login", [{}, {"token": {"expires_at": "2099-01-01T00:00:00Z"}}], ids=["wrong", "right"])
def test_no_message_shows_a_new_token_that_the_service_echoes(driver: Driver, login: dict[str, Any]) -> None:
    def echo(request: httpx.Request) -> FakeResponse:
        if request.method != "POST":
            return ECHOES["request ID"](TOKEN)
        return response(login, 201, {"X-Subject-Token": TOKEN, "X-Request-Id": TOKEN})

    assert_shows_no_secret(failure(driver, echo, password=PASSWORD))


@over_mock
def test_attributes_hold_what_the_service_sent_unchanged_and_no_other_secret(driver: Driver) -> None:
    body = {"error_code": "X.1", "error_msg": f"bad token {TOKEN}"}
    error = failure(driver, response(body))
    assert error.vendor_message == body["error_msg"]
    assert json.loads(error.content) == body
    assert str(error) == f"{OPERATION}: status 400: X.1: bad token ***"
    for holder in HOLDERS.values():
        for status in (200, 401, 500):
            error = failure(driver, response({"Code": "c"}, status), **holder)
            kept = f"{vars(error)} {error.args} {pickle.dumps(error).decode('latin-1')}"
            assert SECRET not in kept
            assert TOKEN not in kept


def reached(root: BaseException) -> Iterator[Any]:
    """Yield everything reachable from an exception: chain, arguments, attributes, notes, and local variables."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseException):
            waiting += [one.__context__, one.__cause__, one.__traceback__, *one.args, vars(one)]
            waiting += getattr(one, "exceptions", ())
        elif isinstance(one, TracebackType):
            # Only the frame's own values: a client among them holds its credentials, of course.
            waiting.append(one.tb_next)
            if one.tb_frame.f_globals["__name__"].startswith(("cloudkeys", "httpx", "httpcore")):
                yield from one.tb_frame.f_locals.values()
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one


def assert_keeps_nothing(error: BaseException) -> None:
    for one in reached(error):
        assert not isinstance(one, httpx.Request | httpx.Response | Password)
        is_foreign = type(one).__module__.startswith(("httpx", "httpcore", "aiohttp"))
        assert not (isinstance(one, BaseException) and is_foreign)
        text = bytes(one).decode("latin-1") if isinstance(one, bytes | bytearray) else one
        assert not isinstance(text, str) or (SECRET not in text and TOKEN not in text)


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
SENT: dict[str, bytes | Callable[[socket.socket], object]] = {
    "nothing": b"",
    "no HTTP": f"SSH-{TOKEN}\r\n\r\n".encode(),
    "no header": f"HTTP/1.1 200 OK\r\n{TOKEN}\r\n\r\n".encode(),
    "no length": f"HTTP/1.1 200 OK\r\nContent-Length: {TOKEN}\r\n\r\n".encode(),
    "control characters": b"\x1b[31m\x00\xff" * 1000 + b"\r\n\r\n",
    "half a body": HEAD + b"Content-Length: 100\r\n\r\n{",
    "no result": HEAD + b"Content-Length: 2\r\n\r\n[]",
    "another encoding": HEAD + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n[]",
    "a damaged encoding": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "too much": HEAD + b"Content-Length: 9000\r\n\r\n" + b"x" * 9000,
    "status 500": HEAD.replace(b"200 OK", b"500 No") + b"Content-Length: 0\r\n\r\n",
    "status 407": HEAD.replace(b"200 OK", b"407 No") + b"Content-Length: 0\r\n\r\n",
    "silence": stay_silent,
}
each_holder = pytest.mark.parametrize("holder", ["a token", "a password"])
WAYS = [
    *(("direct", "a token"), ("direct", "a password"), ("proxy", "a password")),
    *(("own client", "a token"), ("own transport", "a token")),
]


@contextlib.contextmanager
def connections_for(driver: Driver, way: str, base_url: str) -> Iterator[Connections]:
    """Yield connections through a proxy, or with a transport or httpx clients of the caller's own."""
    prefix = "async_" if driver.is_async else ""
    tls = default_tls_settings()  # making them anew takes long
    if way == "own client":
        client = (httpx.AsyncClient if driver.is_async else httpx.Client)(proxy=base_url, verify=tls)
        yield Connections(**{f"{prefix}http_client": client})  # type: ignore[arg-type] # one of two types
        close(driver, client)
    elif way == "own transport":
        transport = (httpx.AsyncHTTPTransport if driver.is_async else httpx.HTTPTransport)(verify=tls)
        yield driver.connections(**{f"{prefix}transport": transport})
    else:
        yield driver.connections(proxy=base_url if way == "proxy" else None)


@over_sockets
@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize(("way", "holder"), WAYS)
def test_an_error_keeps_no_request_and_no_secret(driver: Driver, holder: str, sent: str, way: str) -> None:
    bounds: dict[str, Any] = {"total": 0.1} if way == "direct" else {"timeout": 0.1}
    settings = HOLDERS[holder] | {"allow_http": True, "largest_response": 5000} | (bounds if sent == "silence" else {})
    with raw_server(SENT[sent]) as (base_url, _), connections_for(driver, way, base_url) as connections:
        target = "http://keys.invalid" if way in {"proxy", "own client"} else base_url
        error = failure(driver, target, connections=connections, **settings)
    assert_keeps_nothing(error)
    assert_shows_no_secret(error)
    assert str(error).isprintable()
    assert len(str(error)) < 400


@over_sockets
@each_holder
def test_an_error_without_a_connection_or_a_tunnel_keeps_nothing_either(driver: Driver, holder: str) -> None:
    def assert_fails(base_url: str, **options: Any) -> None:
        connections = driver.connections(**options)
        assert_keeps_nothing(failure(driver, base_url, connections=connections, **HOLDERS[holder]))

    closed = f"127.0.0.1:{closed_port()}"
    for scheme in ("http", "https"):
        assert_fails(f"{scheme}://{closed}")
        assert_fails(f"{scheme}://{closed}", proxy=f"http://{closed}")
    for sent in ("status 407", "nothing", "no HTTP"):
        with raw_server(SENT[sent]) as (proxy, _):
            assert_fails("https://keys.invalid", proxy=proxy)


def leaves(base: type[httpx.RequestError]) -> list[type[httpx.RequestError]]:
    children = [child for child in base.__subclasses__() if child.__module__ == base.__module__]
    return [leaf for child in children for leaf in leaves(child)] or [base]


@over_mock
@each_holder
@pytest.mark.parametrize("kind", leaves(httpx.RequestError))
def test_no_error_of_httpx_reaches_the_caller_or_is_kept(
    driver: Driver, holder: str, kind: type[httpx.RequestError]
) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise kind(str(dict(request.headers)), request=request) from ValueError(dict(request.headers))

    huawei = open_huawei(driver, fail, **HOLDERS[holder])
    error = failure_of(driver, huawei)
    assert type(error) is (TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError)
    assert kind.__name__ in str(error)
    assert_keeps_nothing(error)
    try:
        dict[str, str]()["mine"]
    except KeyError:
        assert_keeps_nothing(failure_of(driver, huawei))
