"""Nothing that can be reached from an error has a request of httpx, a secret of the caller, or a frame that has one."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

import httpx
import pytest

from cloudkeys import Connections, Password
from cloudkeys.errors import CloudkeysError
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets, raw_server
from runtime.failing import answering
from runtime.services import AT_ONCE, ONCE, SECRET, TOKEN, show

PASSWORD = Password(user="u", password=SECRET, domain="d")
_PLAIN = (str, bytes, bytearray, int, float, bool, type(None))


def reached(root: BaseException) -> Iterator[Any]:
    """Yield what can be reached from an exception: by its chain, arguments, attributes, notes, and frames of a call."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, _PLAIN):
            continue
        if isinstance(one, BaseException):
            waiting += [one.__context__, one.__cause__, one.__traceback__, *one.args, vars(one)]
            waiting += getattr(one, "exceptions", ())
        elif isinstance(one, TracebackType):
            # What a frame has itself; a client that it calls has its credentials, of course.
            waiting.append(one.tb_next)
            if one.tb_frame.f_globals["__name__"].startswith(("cloudkeys", "httpx", "httpcore")):
                yield from one.tb_frame.f_locals.values()
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one


def assert_holds_nothing(error: BaseException) -> None:
    for one in reached(error):
        assert not isinstance(one, httpx.Request | httpx.Response | httpx.HTTPError | Password)
        assert not (
            isinstance(one, BaseException) and type(one).__module__.startswith(("httpx", "httpcore", "aiohttp"))
        )
        text = (
            one if isinstance(one, str) else bytes(one).decode("latin-1") if isinstance(one, bytes | bytearray) else ""
        )
        for secret in (SECRET, TOKEN):
            assert secret not in text


def failure(driver: Driver, huawei: Any) -> CloudkeysError:
    with pytest.raises(CloudkeysError) as caught:
        show(driver, huawei)
    return caught.value


HELD: dict[str, dict[str, Any]] = {"token": {"token": TOKEN}, "password": {"password": PASSWORD}}
each_holder = pytest.mark.parametrize("held", HELD)


def stall(connection: socket.socket) -> None:
    connection.recv(1)


PLAYS: dict[str, bytes | Callable[[socket.socket], object]] = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "no result": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]",
    "an encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]",
    "a damaged encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "too much": b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"x" * 9000,
    "a status": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "a status of a proxy": b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "silence": stall,
}


@contextlib.contextmanager
def own_clients(proxy: str | None = None) -> Iterator[Connections]:
    """Have httpx clients of the user's own."""
    with httpx.Client(proxy=proxy) as client:
        asynchronous = httpx.AsyncClient(proxy=proxy)
        yield Connections(http_client=client, async_http_client=asynchronous)


@over_sockets
@each_holder
@pytest.mark.parametrize("play", PLAYS)
@pytest.mark.parametrize("way", ["direct", "proxy", "own client", "own client with a proxy", "own transport"])
def test_whatever_fails(driver: Driver, held: str, play: str, way: str) -> None:
    with raw_server(PLAYS[play]) as (base_url, _), contextlib.ExitStack() as stack:
        target = "http://keys.invalid" if "proxy" in way else base_url
        if way == "own transport":
            own = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()
            connections = driver.connections(transport=own[0], async_transport=own[1])
        elif way.startswith("own client"):
            connections = stack.enter_context(own_clients(base_url if "proxy" in way else None))
        else:
            connections = driver.connections(**({"proxy": base_url} if way == "proxy" else {}))
        for policy, total in ((ONCE, 0.1), (AT_ONCE, 120)):
            options = {"timeout": 0.05} if total == 120 else {}
            huawei = driver.front_classes[1](
                base_url=target,
                allow_http=True,
                connections=connections,
                retry=policy,
                total=total,
                largest_response=1000,
                **HELD[held],
                **options,
            )
            assert_holds_nothing(failure(driver, huawei))
        if driver.is_async and connections.async_http_client is not None:
            driver.do(connections.async_http_client.aclose)


@over_sockets
@each_holder
def test_nobody_listens(driver: Driver, held: str) -> None:
    base_url = f"http://127.0.0.1:{closed_port()}"
    for options in ({}, {"proxy": base_url}):
        connections = driver.connections(**options)
        for target in (base_url, base_url.replace("http:", "https:")):
            huawei = driver.front_classes[1](base_url=target, connections=connections, retry=ONCE, **HELD[held])
            assert_holds_nothing(failure(driver, huawei))


@over_sockets
@each_holder
def test_a_proxy_that_refuses_a_tunnel(driver: Driver, held: str) -> None:
    for play in ("a status of a proxy", "nothing", "no HTTP"):
        with raw_server(PLAYS[play]) as (base_url, _):
            huawei = driver.front_classes[1](
                base_url="https://keys.invalid",
                connections=driver.connections(proxy=base_url),
                retry=ONCE,
                **HELD[held],
            )
            assert_holds_nothing(failure(driver, huawei))


@over_mock
@each_holder
@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ConnectError, httpx.ProxyError, httpx.DecodingError])
def test_a_transport_that_names_the_request(driver: Driver, held: str, kind: type[httpx.RequestError]) -> None:
    def fail(request: httpx.Request) -> FakeResponse:
        raise kind(str(dict(request.headers)), request=request) from ValueError(dict(request.headers))

    assert_holds_nothing(failure(driver, driver.huawei(fail, retry=ONCE, **HELD[held])))


def test_within_the_handling_of_another_error_only_that_one_is_added(driver: Driver) -> None:
    huawei = driver.huawei(answering({}, 400), token=TOKEN, retry=ONCE)
    try:
        dict[str, str]()["mine"]
    except KeyError:
        assert_holds_nothing(failure(driver, huawei))


def test_this_test_finds_a_request() -> None:
    request = httpx.Request("GET", "http://x.invalid", headers={"X-Auth-Token": TOKEN})
    for deep in (httpx.ReadError("x", request=request), ValueError({"a": [request]}), ValueError(f"a {TOKEN}")):
        error = CloudkeysError()
        error.__context__ = KeyError()
        error.__context__.__cause__ = deep
        with pytest.raises(AssertionError):
            assert_holds_nothing(error)
