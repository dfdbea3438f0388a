"""What others put into httpx's transports sees our calls: mocks and tracers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import pytest_httpx
import respx

from cloudkeys import AsyncHuawei, Connections, Huawei
from runtime.services import TOKEN, credential

URL = "https://iam.cn-north-4.myhuaweicloud.com/v3.0/OS-CREDENTIAL/credentials/AK"
BODY = credential("AK").body


def shown(is_async: bool) -> str:  # noqa: FBT001 - a parameter of the tests
    """Show an access key by a client that was made as by any user."""
    if not is_async:
        with Huawei(region="cn-north-4", token=TOKEN) as huawei:
            return huawei.iam_v3.show_permanent_access_key("AK").credential.access

    async def run() -> str:
        async with AsyncHuawei(region="cn-north-4", token=TOKEN) as huawei:
            return (await huawei.iam_v3.show_permanent_access_key("AK")).credential.access

    return asyncio.run(run())


both_ways = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@both_ways
def test_respx_sees_the_calls(is_async: bool) -> None:  # noqa: FBT001
    with respx.mock as router:
        route = router.get(URL).respond(content=BODY)
        assert shown(is_async) == "AK"
    assert route.calls.last.request.headers["X-Auth-Token"] == TOKEN


@both_ways
def test_pytest_httpx_sees_the_calls(is_async: bool, httpx_mock: pytest_httpx.HTTPXMock) -> None:  # noqa: FBT001
    httpx_mock.add_response(url=URL, content=BODY)
    assert shown(is_async) == "AK"
    (request,) = httpx_mock.get_requests()
    assert request.headers["X-Auth-Token"] == TOKEN


@both_ways
def test_a_tracer_that_wraps_the_transports_of_httpx_sees_the_calls(
    is_async: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As opentelemetry-instrumentation-httpx does: around the methods of the classes, with headers of its own."""
    spans: list[tuple[str, str, int]] = []

    def begin(request: httpx.Request) -> None:
        request.headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    def end(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        spans.append((request.method, str(request.url), response.status_code))
        return response

    def handle(self: Any, request: httpx.Request) -> httpx.Response:  # noqa: ARG001 - a method
        begin(request)
        return end(request, httpx.Response(200, content=BODY))

    async def handle_async(self: Any, request: httpx.Request) -> httpx.Response:
        return handle(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    assert shown(is_async) == "AK"
    assert spans == [("GET", URL, 200)]


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cloudkeys.runtime.aiohttp_transport", None)
    with pytest.raises(ImportError, match=r"^Connections\(aiohttp=True\) needs the extra: pip install 'cloudkeys\["):
        Connections(aiohttp=True)
    Connections()
