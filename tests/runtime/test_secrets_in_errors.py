"""Errors show printable text of bounded length and no secret, and keep no object that holds one."""

from __future__ import annotations

import contextlib
import json
import pickle
import socket
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple

import httpx
import pytest

from cloudkeys import AccessKey, Connections, Password
from cloudkeys.errors import CloudkeysError, ConnectionFailedError
from cloudkeys.runtime.status import REQUEST_ID_HEADERS
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets, raw_server
from runtime.failing import assert_shows_no_secret, failure, failure_at, failure_of, respond
from runtime.services import HOLDERS, ONCE, OPERATION, PASSWORD, SECRET, TOKEN

CREDENTIAL: dict[str, Any] = {"user_id": "u", "access": "AK", "status": "active", "create_time": "2026-01-02T03:04:05Z"}
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
        error = failure(driver, respond(dict.fromkeys(fields.split(), text)))
        assert error.code == error.vendor_message == text
        for shown in (str(error), repr(error), error.request_id):
            assert shown.isprintable()
            assert len(shown) < 1200
    for body in ({"credential": {text: 1}}, {"credential": CREDENTIAL | {"create_time": text}}):
        shown = str(failure(driver, respond(body, 200)))
        assert shown.isprintable()
        assert len(shown) < 1200


@over_mock
def test_a_long_request_id_is_cut(driver: Driver) -> None:
    error = failure(driver, respond({}, headers={"X-Request-Id": "r" * 20_000}))
    assert len(error.request_id) == 300
    assert len(str(error)) < 400


NO_HTTP = [
    f"{start}{TOKEN}".encode()
    for start in ("", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: ")
]


@over_sockets
@pytest.mark.parametrize("received", [*NO_HTTP, b"\x1b[31m\x00\xff" * 1000], ids=range(5))
def test_a_response_that_is_not_http_is_shown_printable_and_without_secrets(driver: Driver, received: bytes) -> None:
    with raw_server(received + b"\r\n\r\n") as (base_url, _):
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert str(error).isprintable()
    assert len(str(error)) < 400
    assert_shows_no_secret(error)


def wrong_result(text: str, name: str) -> bytes:
    wrong = {"create_time": text, "Id": text, name: text}
    return json.dumps({"credential": CREDENTIAL | wrong, "AccessKeyLeakList": [wrong]}).encode()


ECHOES: dict[str, Callable[[str], FakeResponse]] = {
    "code": lambda text: FakeResponse(400, json.dumps({"error_code": text}).encode()),
    "message": lambda text: FakeResponse(401, json.dumps({"error_code": "APIGW.0301", "error_msg": text}).encode()),
    "long message": lambda text: FakeResponse(400, json.dumps({"Code": "c", "Message": f"a{text}b" * 99}).encode()),
    "end of the shown text": lambda text: FakeResponse(400, json.dumps({"Code": "c" * 290 + text}).encode()),
    "inner message": lambda text: FakeResponse(403, json.dumps({"error": {"code": 403, "message": text}}).encode()),
    "request ID": lambda text: FakeResponse(500, json.dumps({"request_id": text}).encode()),
    "Alibaba's request ID": lambda text: FakeResponse(400, json.dumps({"Code": "c", "RequestId": f"a{text}"}).encode()),
    "page": lambda text: FakeResponse(502, f"<html>{text}</html>".encode()),
    "headers": lambda text: FakeResponse(404, b"{}", {"X-Echo": text, "WWW-Authenticate": text}),
    "redirect": lambda text: FakeResponse(302, b"", {"Location": f"/{text}"}),
    "headers of the request ID": lambda text: FakeResponse(429, b"{}", dict.fromkeys(REQUEST_ID_HEADERS, text)),
    "request ID of a wrong result": lambda text: FakeResponse(200, b"[]", {"X-Request-Id": text}),
    "value in a wrong result": lambda text: FakeResponse(200, wrong_result(text, "status")),
    "name in a wrong result": lambda text: FakeResponse(200, wrong_result("7", text)),
    "large result": lambda text: FakeResponse(200, text.encode() * 1000, {"X-Request-Id": text}),
}


class Sender(NamedTuple):
    """A way to authenticate, and the header whose value the service repeats; a password is in the body."""

    settings: dict[str, Any]
    header: str = ""


TEMPORARY = HOLDERS["temporary keys"]
SENDERS = {
    "huawei token": Sender({"token": TOKEN}, "X-Auth-Token"),
    "huawei password": Sender({"password": PASSWORD}),
    "huawei signature": Sender({"credentials": AccessKey("AK", SECRET)}, "Authorization"),
    "huawei session token": Sender(TEMPORARY, "X-Security-Token"),
    "alibaba signature": Sender(TEMPORARY, "Authorization"),
    "alibaba session token": Sender(TEMPORARY, "x-acs-security-token"),
}


@over_mock
@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("echo", ECHOES)
def test_no_message_shows_a_secret_that_the_service_echoes(driver: Driver, echo: str, sender: str) -> None:
    settings, header = SENDERS[sender]
    sent: list[str] = []

    def respond_with_it(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers[header] if header else SECRET)
        return ECHOES[echo](sent[-1])

    settings = settings | {"retry": ONCE, "largest_response": 9000}
    if sender.startswith("huawei"):
        error = failure_of(driver, driver.huawei(respond_with_it, **settings))
    else:
        leaks = driver.alibaba(respond_with_it, **settings).sas.describe_accesskey_leak_list()
        with pytest.raises(CloudkeysError) as caught:
            driver.items(leaks)
        error = caught.value
    assert_shows_no_secret(error, *sent)


@over_mock
def test_no_message_shows_a_new_token_that_the_service_echoes(driver: Driver) -> None:
    for body in (b"{}", b'{"token": {"expires_at": "2099-01-01T00:00:00Z"}}'):

        def echo(request: httpx.Request, body: bytes = body) -> FakeResponse:
            headers = {"X-Subject-Token": TOKEN, "X-Request-Id": TOKEN}
            return FakeResponse(201, body, headers) if request.method == "POST" else ECHOES["request ID"](TOKEN)

        assert_shows_no_secret(failure(driver, echo, token=None, password=PASSWORD))


@over_mock
def test_attributes_hold_what_the_service_sent_unchanged_and_no_other_secret(driver: Driver) -> None:
    body = {"error_code": "X.1", "error_msg": f"bad token {TOKEN}"}
    error = failure(driver, respond(body))
    assert error.vendor_message == body["error_msg"]
    assert json.loads(error.content) == body
    assert str(error) == f"{OPERATION}: status 400: X.1: bad token ***"
    for settings in HOLDERS.values():
        for status in (200, 401, 500):
            error = failure(driver, respond({"Code": "c"}, status), **{"token": None} | settings)
            kept = f"{vars(error)} {error.args} {pickle.dumps(error).decode('latin-1')}"
            assert SECRET not in kept
            assert TOKEN not in kept


_PLAIN = (str, bytes, bytearray, int, float, bool, type(None))


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
        assert not isinstance(one, httpx.Request | httpx.Response | httpx.HTTPError | Password)
        assert not (
            isinstance(one, BaseException) and type(one).__module__.startswith(("httpx", "httpcore", "aiohttp"))
        )
        text = bytes(one).decode("latin-1") if isinstance(one, bytes | bytearray) else one
        assert not isinstance(text, str) or (SECRET not in text and TOKEN not in text)


SENT: dict[str, bytes | Callable[[socket.socket], object]] = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "no result": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]",
    "another encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]",
    "a damaged encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "too much": b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"x" * 9000,
    "status 500": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "status 407": b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "silence": lambda connection: connection.recv(1),
}
each_holder = pytest.mark.parametrize("holder", ["a token", "a password"])


@contextlib.contextmanager
def connections_for(driver: Driver, way: str, base_url: str) -> Iterator[Connections]:
    """Yield connections through a proxy, or with a transport or httpx clients of the caller's own."""
    if way == "own transport":
        own = {"transport": httpx.HTTPTransport(), "async_transport": httpx.AsyncHTTPTransport()}
        yield driver.connections(**own)
    elif way == "own client":
        with httpx.Client(proxy=base_url) as client:
            asynchronous = httpx.AsyncClient(proxy=base_url)
            yield Connections(http_client=client, async_http_client=asynchronous)
            if driver.is_async:
                driver.run(asynchronous.aclose)
    else:
        yield driver.connections(**({"proxy": base_url} if way == "proxy" else {}))


@over_sockets
@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize(
    ("way", "holder"),
    [
        ("direct", "a token"),
        ("direct", "a password"),
        ("proxy", "a password"),
        ("own client", "a token"),
        ("own transport", "a token"),
    ],
)
def test_an_error_keeps_no_request_and_no_secret(driver: Driver, holder: str, sent: str, way: str) -> None:
    with raw_server(SENT[sent]) as (base_url, _), connections_for(driver, way, base_url) as connections:
        target = "http://keys.invalid" if way in {"proxy", "own client"} else base_url
        bounds: dict[str, Any] = {"total": 0.1} if way == "direct" else {"timeout": 0.1}
        settings = {"base_url": target, "allow_http": True, "connections": connections, **HOLDERS[holder]}
        settings |= {"retry": ONCE, "largest_response": 5000} | (bounds if sent == "silence" else {})
        assert_keeps_nothing(failure_of(driver, driver.front_classes[1](**settings)))


@over_sockets
@each_holder
def test_an_error_without_a_connection_or_a_tunnel_keeps_nothing_either(driver: Driver, holder: str) -> None:
    def assert_fails(base_url: str, **options: Any) -> None:
        connections = driver.connections(**options)
        settings = {"base_url": base_url, "connections": connections, "retry": ONCE, **HOLDERS[holder]}
        assert_keeps_nothing(failure_of(driver, driver.front_classes[1](**settings)))

    closed = f"127.0.0.1:{closed_port()}"
    for scheme in ("http", "https"):
        assert_fails(f"{scheme}://{closed}")
        assert_fails(f"{scheme}://{closed}", proxy=f"http://{closed}")
    for sent in ("status 407", "nothing", "no HTTP"):
        with raw_server(SENT[sent]) as (proxy, _):
            assert_fails("https://keys.invalid", proxy=proxy)


@over_mock
@each_holder
@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ConnectError, httpx.ProxyError, httpx.DecodingError])
def test_an_error_of_a_transport_that_names_the_request_is_not_kept(
    driver: Driver, holder: str, kind: type[httpx.RequestError]
) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise kind(str(dict(request.headers)), request=request) from ValueError(dict(request.headers))

    huawei = driver.huawei(fail, retry=ONCE, **HOLDERS[holder])
    assert_keeps_nothing(failure_of(driver, huawei))
    try:
        dict[str, str]()["mine"]
    except KeyError:
        assert_keeps_nothing(failure_of(driver, huawei))
