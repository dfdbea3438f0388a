"""Services that tests of the clients call, and settings that many of these tests use."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx

from cloudkeys import AccessKey, Password, RetryPolicy
from cloudkeys.testing import FakeResponse
from driver import Driver

SECRET = "secret-that-nobody-may-see"  # noqa: S105 - tests search for it where it must not be
TOKEN = "token-that-nobody-may-see"  # noqa: S105
KEY = AccessKey("AK", SECRET)
PASSWORD = Password(user="u", password=SECRET, domain="d")
OPERATION = "ShowPermanentAccessKey"
ONCE = RetryPolicy(attempts=1)
AT_ONCE = RetryPolicy(attempts=3, first_wait=0, jitter=0)
HOLDERS: dict[str, dict[str, Any]] = {
    "a token": {"token": TOKEN},
    "temporary keys": {"credentials": AccessKey("AK", SECRET, TOKEN)},
    "a password": {"password": PASSWORD},
}


def response(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> FakeResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return FakeResponse(status, content, headers or {})


def credential(access: str) -> FakeResponse:
    times = dict.fromkeys(("create_time", "last_use_time"), "2026-01-02T03:04:05Z")
    fields = {"user_id": "u", "access": access, "status": "active"}
    return response({"credential": fields | times}, 200, {"X-Request-Id": "r-1"})


RAW_CREDENTIAL = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
    len(credential("AK").body),
    credential("AK").body,
)
"""The whole response of a service that shows an access key."""


class Service:
    """Takes the steps one after the other, and then returns one item for every operation; records the requests."""

    def __init__(self, *steps: FakeResponse | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._steps = list(steps)

    def __call__(self, request: httpx.Request) -> FakeResponse:
        self.requests.append(request)
        if self._steps:
            step = self._steps.pop(0)
            if isinstance(step, Exception):
                raise step
            return step
        if request.url.path == "/v3/auth/tokens":
            return response({"token": {"expires_at": "2099-01-01T00:00:00Z"}}, 201, {"X-Subject-Token": TOKEN})
        if "/credentials/" in request.url.path:
            return credential(request.url.path.rpartition("/")[2])
        item = {"Id": 1, "id": "1", "user_id": "u", "access_key_id": "AK", "status": "active"}
        page = [item | {"created_at": "2026-01-02T03:04:05Z"}]
        lists = dict.fromkeys(("access_keys", "secrets", "AccessKeyLeakList"), page)
        return response(lists | {"page_info": {"current_count": 1}, "TotalCount": 1}, 200)

    @property
    def token_requests(self) -> int:
        return sum(request.url.path == "/v3/auth/tokens" for request in self.requests)


def show(driver: Driver, huawei: Any, access_key: str = "AK") -> Any:
    """Show an access key with a sync or async client, depending on the driver."""
    return driver.run(lambda: huawei.iam_v3.show_permanent_access_key(access_key)).credential


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in pieces, with a pause before each."""

    def __init__(self, pieces: list[bytes], pause: float = 0) -> None:
        self._pieces, self._pause = pieces, pause

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._pause:
                time.sleep(self._pause)
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
