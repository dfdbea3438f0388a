"""The layer between a client and httpx's transports: pools, authentication, headers and event loops."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import ConnectionFailedError, CredentialsError
from cloudkeys.runtime import pool
from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient
from driver import Driver, over_sockets, over_sockets_of_httpx
from runtime.calls import failure_of, open_huawei
from runtime.services import show
from runtime.transports import OK, Server, limit_connections, names, show_all

URL = "https://kms.example/v1"


@over_sockets
def test_a_failed_call_occupies_no_connection(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_connections(monkeypatch, max_connections=1)
    with Server(b"no HTTP\r\n\r\n", b"no HTTP\r\n\r\n", OK) as server:
        huawei = open_huawei(driver, server.url, timeout=httpx.Timeout(20, pool=0.1))
        for _ in range(2):
            assert type(failure_of(driver, huawei)) is ConnectionFailedError
        assert show(driver, huawei).access == "AK"
        assert server.connections == 3


@over_sockets_of_httpx
def test_connections_that_were_idle_too_long_are_closed(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(together=2) as server:
        huawei = open_huawei(driver, server.url)
        show_all(driver, huawei, names(2))
        now = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: now() + 6)
        assert show(driver, huawei).access == "AK"
        assert server.closed.acquire(timeout=20)
        assert server.closed.acquire(timeout=20)
        assert server.connections == 3


def test_a_connection_is_free_again_once_its_response_was_read_and_closed() -> None:
    freed: list[bool] = []
    for is_read in (False, True):
        body = pool._Body(httpx.ByteStream(b"{}"), lambda: freed.append(True))  # noqa: SLF001 - httpcore hides a mistake
        assert not is_read or b"".join(body) == b"{}"
        body.close()
        body.close()
        assert len(freed) == is_read


class Login(httpx.Auth):
    def __init__(self, *, fails: bool) -> None:
        self.fails = fails

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield httpx.Request("POST", URL)
        if self.fails:
            raise CredentialsError("there is no token")
        yield request


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("fails", "closed"), [(False, [True, False]), (True, [True])])
def test_each_response_of_an_authentication_is_closed(*, is_async: bool, fails: bool, closed: list[bool]) -> None:
    responses: list[httpx.Response] = []

    def respond(_: httpx.Request) -> httpx.Response:
        responses.append(httpx.Response(200, stream=httpx.ByteStream(b"")))
        return responses[-1]

    transport, auth = httpx.MockTransport(respond), Login(fails=fails)
    kind = AsyncDirectClient if is_async else DirectClient
    client: Any = kind(lambda _: transport)
    try:
        sent = client.send(client.build_request("GET", URL, {}, 1), auth=auth)
        if is_async:
            asyncio.run(sent)
    except CredentialsError:
        assert fails
    assert [response.is_closed for response in responses] == closed


def test_each_request_has_its_own_host_and_each_header_once() -> None:
    client = DirectClient(lambda _: httpx.MockTransport(lambda _: httpx.Response(200)))
    for host in ("a.example", "b.example", "a.example:8443", "a.example"):
        request = client.build_request("GET", f"https://{host}/", {"accept": "application/json"}, None)
        assert request.headers.get_list("host") == [host]
        assert request.headers.get_list("accept") == ["application/json"]
        assert "gzip" in request.headers["Accept-Encoding"]


def test_each_event_loop_has_its_own_client_until_it_ends() -> None:
    connections = Connections()

    async def client() -> weakref.ref[object]:
        return weakref.ref(connections.async_client())

    with asyncio.Runner() as one, asyncio.Runner() as other:
        found = one.run(client()), other.run(client()), one.run(client())
        assert found[0]() is found[2]() is not None
        assert found[1]() not in {None, found[0]()}
    # The next loop that makes a client drops those of loops that ended.
    asyncio.run(client())
    gc.collect()
    assert [each() for each in found] == [None, None, None]
