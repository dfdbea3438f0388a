"""Services that tests of the clients call, and settings that many of these tests use."""

from __future__ import annotations

import json
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
REDIRECTS = [301, 302, 303, 307, 308]
HOLDERS: dict[str, dict[str, Any]] = {
    "a token": {"token": TOKEN},
    "temporary keys": {"credentials": AccessKey("AK", SECRET, TOKEN)},
    "a password": {"password": PASSWORD},
}


def credential(access: str) -> FakeResponse:
    fields = {"user_id": "u", "access": access, "status": "active"}
    times = dict.fromkeys(("create_time", "last_use_time"), "2026-01-02T03:04:05Z")
    return FakeResponse(200, json.dumps({"credential": fields | times}).encode(), {"X-Request-Id": "r-1"})


RAW_CREDENTIAL = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
    len(credential("AK").body),
    credential("AK").body,
)
"""The whole response of a service that shows an access key."""


class Service:
    """Returns one item for every operation, and records the requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        self.requests.append(request)
        if request.url.path == "/v3/auth/tokens":
            body = b'{"token": {"expires_at": "2099-01-01T00:00:00Z"}}'
            return FakeResponse(201, body, {"X-Subject-Token": TOKEN})
        if "/credentials/" in request.url.path:
            return credential(request.url.path.rpartition("/")[2])
        item = {"Id": 1, "id": "1", "user_id": "u", "access_key_id": "AK", "status": "active"}
        page = [item | {"created_at": "2026-01-02T03:04:05Z"}]
        common = {"page_info": {"current_count": 1}, "TotalCount": 1}
        return FakeResponse(
            200, json.dumps({"access_keys": page, "secrets": page, "AccessKeyLeakList": page} | common).encode()
        )

    @property
    def token_requests(self) -> int:
        return sum(request.url.path == "/v3/auth/tokens" for request in self.requests)


def show(driver: Driver, huawei: Any, access_key: str = "AK") -> Any:
    """Show an access key with a sync or async client, depending on the driver."""
    return driver.run(lambda: huawei.iam_v3.show_permanent_access_key(access_key)).credential


def close(driver: Driver, client: Any) -> None:
    driver.run(client.aclose if driver.is_async else client.close)
