"""The transports of sync and of async calls, against services that behave well."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpx
import pytest
import trustme

from clients.transports import OK, Open, Service, get, run, served, turns


def test_calls_one_after_another_share_a_connection(opening: Open) -> None:
    service = Service(OK)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            assert [await get(transport, url) for _ in range(5)] == [b"ok"] * 5

    run(body)
    assert (service.connections, len(service.requests)) == (1, 5)


@pytest.mark.parametrize(("most", "calls"), [(1, 5), (3, 20), (100, 64)])
def test_no_more_calls_are_under_way_than_there_may_be_connections(most: int, calls: int, opening: Open) -> None:
    # Nobody is answered before so many have asked.
    service = Service(OK, together=min(most, calls))

    async def body() -> None:
        async with served(service) as url, opening(max_connections=most) as transport:
            assert await asyncio.gather(*(get(transport, url) for _ in range(calls))) == [b"ok"] * calls

    run(body)
    assert service.most_at_once == service.connections == min(most, calls)


BODIES = {
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    "announced": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "none": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_form_of_a_body_is_read_and_the_connection_used_again(kind: str, opening: Open) -> None:
    service = Service(BODIES[kind])

    async def body() -> list[bytes]:
        async with served(service) as url, opening() as transport:
            return [await get(transport, url) for _ in range(3)]

    assert run(body) == [b"" if kind in {"empty", "none"} else b"ok"] * 3
    assert service.connections == 1


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\n\r\nok", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", OK],
    ids=["ended by the close", "HTTP/1.0", "kept alive, then closed"],
)
def test_a_service_that_closes_gets_a_new_connection(answer: bytes, opening: Open) -> None:
    service = Service(answer, closes=True)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            for _ in range(3):
                assert await get(transport, url) == b"ok"
                await service.closed.acquire()
                await turns()

    run(body)
    assert service.connections == 3


def test_a_server_is_checked_and_http_2_never_agreed_on(opening: Open) -> None:
    authority = trustme.CA()
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusting)
    server.set_alpn_protocols(["h2", "http/1.1"])
    trusting.set_alpn_protocols(["h2"])
    agreed: list[str | None] = []
    service = Service(OK, together=3)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agreed.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await service(reader, writer)

    async def body() -> None:
        async with served(serve, server) as url:
            async with opening(trusting) as transport:
                assert await asyncio.gather(*(get(transport, url) for _ in range(3))) == [b"ok"] * 3
                assert await get(transport, url) == b"ok"
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    await get(transport, url.replace("localhost", "127.0.0.1"))
            async with opening() as transport:
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    await get(transport, url)

    run(body)
    assert agreed == ["http/1.1"] * 3


def test_a_connection_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch, opening: Open) -> None:
    service = Service(OK, together=2)
    for module in ("asyncio_connection", "socket_transport"):
        monkeypatch.setattr(f"cloudkeys.{module}.IDLE_SECONDS", 0.05)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            await asyncio.gather(get(transport, url), get(transport, url))
            await asyncio.sleep(0.1)
            await get(transport, url)
            kept: Any = vars(getattr(transport, "sync", transport))["_idle"]
            assert [len(idle) for idle in kept.values()] == [1]

    run(body)
    assert service.connections == 3


def test_a_small_body_is_sent(opening: Open) -> None:
    service = Service(OK)

    async def body() -> None:
        async with served(service) as url, opening() as transport:
            response = await transport.handle_async_request(httpx.Request("POST", url, content=b"\r\n\r\n"))
            assert await response.aread() == b"ok"
            await response.aclose()

    run(body)
    assert b"content-length: 4\r\n" in service.requests[0].lower()


def test_a_request_that_cannot_be_sent_is_refused(opening: Open) -> None:
    service = Service(OK)

    async def body() -> bytes:
        async with served(service) as url, opening(max_connections=1) as transport:
            with pytest.raises(httpx.LocalProtocolError):
                await transport.handle_async_request(httpx.Request("GET", url, headers={"A": "b\r\nC: d"}))
            return await get(transport, url)

    assert run(body) == b"ok"
    assert len(service.requests) == 1
