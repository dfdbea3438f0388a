"""Services that tests call, clients of them, and the errors of calls that fail."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import AccessKey, Password, RetryPolicy
from cloudkeys.errors import CloudkeysError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler

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


def open_huawei(driver: Driver, place: str | FakeResponse | Handler, **options: Any) -> Any:
    """Return a client that calls a URL or a handler, by default without retries and with a token."""
    if isinstance(place, str):
        served = {"base_url": place, "connections": options.get("connections") or driver.connections()}
    else:
        served = driver.serve((lambda _: place) if isinstance(place, FakeResponse) else place)
    holder = {} if {"credentials", "password"} & options.keys() else {"token": TOKEN}
    return driver.front_classes[1](**served | holder | {"retry": ONCE} | options)


def show(driver: Driver, huawei: Any, access_key: str = "AK") -> Any:
    """Show an access key with a sync or async client, depending on the driver."""
    return driver.run(lambda: huawei.iam_v3.show_permanent_access_key(access_key)).credential


def close(driver: Driver, client: Any) -> None:
    driver.run(client.aclose if driver.is_async else client.close)


def failure_of(driver: Driver, huawei: Any) -> Any:
    with pytest.raises(CloudkeysError) as caught:
        show(driver, huawei)
    return caught.value


def failure(driver: Driver, place: str | FakeResponse | Handler, **options: Any) -> Any:
    """Return the error of a call; the arguments are those of `open_huawei`."""
    return failure_of(driver, open_huawei(driver, place, **options))


def error_classes(base: type[CloudkeysError] = CloudkeysError) -> list[type[Any]]:
    return [base, *(found for child in base.__subclasses__() for found in error_classes(child))]


def printed(error: BaseException) -> str:
    """Return everything that a log or a terminal shows of an error and its causes."""
    return "\n".join([str(error), repr(error), *traceback.format_exception(error)])


def assert_shows_no_secret(error: BaseException, *secrets: str) -> None:
    text = printed(error)
    for beneath in (error.__cause__, error.__context__):
        assert not isinstance(beneath, httpx.HTTPError), "its request has secrets"
        text += printed(beneath) if beneath else ""
    for secret in (SECRET, TOKEN, *secrets):
        assert secret not in text


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


def open_on_pieces(driver: Driver, pieces: list[bytes], encoding: str = "identity") -> Any:
    """Return a client whose calls receive a body in these pieces."""
    headers = {"Content-Encoding": encoding}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Pieces(pieces), headers=headers))
    connections = driver.connections(transport=transport, async_transport=transport)
    return open_huawei(driver, "http://127.0.0.1:1", connections=connections)
