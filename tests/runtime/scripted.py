"""Services that fail by a script, and clients that call them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import httpx

from cloudkeys import RetryPolicy
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler
from paging.paged import KEY, Keys, Leaks, Secrets

QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)
HTML = b"<html><h1>Bad Gateway</h1></html>"
UNAVAILABLE = FakeResponse(503, HTML)
Step = FakeResponse | Exception


def alibaba_error(status: int, code: str) -> FakeResponse:
    return FakeResponse(status, json.dumps({"Code": code, "Message": "message", "RequestId": "R"}).encode())


def huawei_error(status: int, code: str) -> FakeResponse:
    return FakeResponse(status, json.dumps({"error_code": code, "error_msg": "message", "request_id": "R"}).encode())


class Scripted:
    """Takes the steps one after the other, and then serves one leak or one secret."""

    def __init__(self, *steps: Step) -> None:
        self.steps: list[Any] = list(steps)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        self.asked.append(request)
        step = self.steps.pop(0) if self.steps else (Secrets(1) if "/v1/" in request.url.path else Leaks(1))(request)
        if isinstance(step, Exception):
            raise step
        return step


def open_alibaba(driver: Driver, service: Handler, **options: Any) -> Any:
    defaults: dict[str, Any] = {"credentials": KEY, "retry": QUICK}
    return driver.alibaba(service, **defaults | options)


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Any:
    defaults: dict[str, Any] = {"credentials": KEY, "project_id": "p", "retry": QUICK}
    return driver.huawei(service, **defaults | options)


def count_of(driver: Driver, client: Any) -> int:
    is_huawei = hasattr(client, "csms")
    return len(driver.items(client.csms.list_secrets() if is_huawei else client.sas.describe_accesskey_leak_list()))


OPENERS: dict[str, Callable[..., Any]] = {"alibaba": open_alibaba, "huawei": open_huawei}


def list_leaks(alibaba: Any, size: int = 100, **options: Any) -> Any:
    return alibaba.sas.describe_accesskey_leak_list(page_size=size, **options)


def list_secrets(huawei: Any, size: int = 50, **options: Any) -> Any:
    return huawei.csms.list_secrets(limit=size, **options)


def list_keys(huawei: Any, size: int | None = None, **options: Any) -> Any:
    return huawei.iam_v5.list_access_keys("u", limit=size, **options)


class Kind(NamedTuple):
    """A kind of listing: a service of so many items, a client of it, its listing, and the key of an item."""

    serve: Callable[[int], Any]
    open: Callable[..., Any]
    listing: Callable[..., Any]
    key: str

    def keys(self, items: Sequence[Any]) -> list[Any]:
        return [getattr(item, self.key) for item in items]


KINDS = {
    "leaks": Kind(Leaks, open_alibaba, list_leaks, "id"),
    "secrets": Kind(Secrets, open_huawei, list_secrets, "id"),
    "keys": Kind(Keys, open_huawei, list_keys, "access_key_id"),
}
