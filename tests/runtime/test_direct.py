"""What stands between a client and httpx's transports: responses, headers, event loops and processes."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import Generator

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.direct import AsyncDirectClient, DirectClient

URL = "https://kms.example/v1"
FORK = """
import os, cloudkeys
connections = cloudkeys.Connections()
parents = connections.sync_client()
child = os.fork()
if child == 0:
    os._exit(connections.sync_client() is parents)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


class Body(httpx.ByteStream):
    is_closed = False

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


class Transport(httpx.MockTransport):
    """Keeps the bodies of its responses."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        super().__init__(self.respond)

    def respond(self, _request: httpx.Request) -> httpx.Response:
        self.bodies.append(Body(b""))
        return httpx.Response(200, stream=self.bodies[-1])


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
def test_only_the_last_response_is_left_open(*, is_async: bool, fails: bool, closed: list[bool]) -> None:
    transport, auth = Transport(), Login(fails=fails)

    def send() -> httpx.Response:
        if not is_async:
            client = DirectClient(lambda _: transport)
            return client.send(client.build_request("GET", URL, {}, 1), auth=auth)
        twin = AsyncDirectClient(lambda _: transport)
        return asyncio.run(twin.send(twin.build_request("GET", URL, {}, 1), auth=auth))

    if fails:
        with pytest.raises(CredentialsError):
            send()
    else:
        send()
    assert [body.is_closed for body in transport.bodies] == closed


def test_each_host_gets_its_own_name_and_each_header_comes_once() -> None:
    client = DirectClient(lambda _: Transport())
    for host in ("a.example", "b.example", "a.example:8443", "a.example"):
        request = client.build_request("GET", f"https://{host}/", {"accept": "application/json"}, None)
        assert request.headers.get_list("host") == [host]
        assert request.headers.get_list("accept") == ["application/json"]
        assert "gzip" in request.headers["Accept-Encoding"]


def test_each_event_loop_has_a_client_of_its_own_for_as_long_as_it_lives() -> None:
    connections = Connections()

    async def client() -> weakref.ref[object]:
        return weakref.ref(connections.async_client())

    with asyncio.Runner() as one, asyncio.Runner() as other:
        found = one.run(client()), other.run(client()), one.run(client())
        assert found[0]() is found[2]() is not None
        assert found[1]() not in {None, found[0]()}
    # The next event loop that makes one drops those of the loops that ended.
    asyncio.run(client())
    gc.collect()
    assert [each() for each in found] == [None, None, None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_child_process_makes_its_own_client() -> None:
    assert subprocess.run([sys.executable, "-c", FORK], check=False).returncode == 0
