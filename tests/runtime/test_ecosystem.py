"""Mocks and tracers of httpx's transports see our calls."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import httpx
import pytest
import pytest_httpx
import respx

from cloudkeys import AsyncHuawei, Connections, Huawei
from runtime.services import TOKEN, credential

URL = "https://iam.cn-north-4.myhuaweicloud.com/v3.0/OS-CREDENTIAL/credentials/AK"
BODY = credential("AK").body


def assert_shown() -> None:
    """Show an access key with a sync and an async client."""
    with Huawei(region="cn-north-4", token=TOKEN) as huawei:
        assert huawei.iam_v3.show_permanent_access_key("AK").credential.access == "AK"

    async def run() -> None:
        async with AsyncHuawei(region="cn-north-4", token=TOKEN) as huawei:
            assert (await huawei.iam_v3.show_permanent_access_key("AK")).credential.access == "AK"

    asyncio.run(run())


def test_respx_sees_the_calls() -> None:
    with respx.mock as router:
        route = router.get(URL).respond(content=BODY)
        assert_shown()
    assert [call.request.headers["X-Auth-Token"] for call in route.calls] == [TOKEN] * 2


def test_pytest_httpx_sees_the_calls(httpx_mock: pytest_httpx.HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, content=BODY, is_reusable=True)
    assert_shown()
    assert [request.headers["X-Auth-Token"] for request in httpx_mock.get_requests()] == [TOKEN] * 2


def test_a_tracer_that_wraps_the_methods_of_httpx_sees_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap the transports as opentelemetry-instrumentation-httpx does, and add a header."""
    spans: list[tuple[str, str]] = []

    def handle(self: Any, request: httpx.Request) -> httpx.Response:  # noqa: ARG001 - a method
        request.headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        spans.append((request.method, str(request.url)))
        return httpx.Response(200, content=BODY)

    async def handle_async(self: Any, request: httpx.Request) -> httpx.Response:
        return handle(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    assert_shown()
    assert spans == [("GET", URL)] * 2


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudkeys.runtime.aiohttp_transport", None)
    with pytest.raises(ImportError, match=r"^Connections\(aiohttp=True\) needs the extra: pip install 'cloudkeys\["):
        Connections(aiohttp=True)
    Connections()
