"""Pages of numbered items as the vendors document them, and the listings that read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from cloudkeys import AccessKey
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler
from runtime.services import ONCE

KEY = AccessKey("AK", "SK")


def respond(body: Any) -> FakeResponse:
    return FakeResponse(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def leaks_body(ids: Sequence[int | None], total: int) -> dict[str, Any]:
    """Return a page of leaks; None is a leak without a key."""
    items = [{} if number is None else {"Id": number, "AccesskeyId": f"key-{number}"} for number in ids]
    return {"AccessKeyLeakList": items, "TotalCount": total}


def secrets_body(names: Sequence[str], marker: str | None) -> dict[str, Any]:
    return {"secrets": [{"id": name, "name": name} for name in names], "page_info": {"next_marker": marker}}


def keys_body(ids: Sequence[str], marker: str | None) -> dict[str, Any]:
    common = {"user_id": "u", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
    info = {"current_count": len(ids)} | ({"next_marker": marker} if marker else {})
    return {"access_keys": [common | {"access_key_id": each} for each in ids], "page_info": info}


class Leaks:
    """Numbered leaks; before each of three requests, `moved` new leaks push the others towards the end."""

    def __init__(self, count: int, *, moved: int = 0) -> None:
        self.ids, self.moved = list(range(1, count + 1)), moved
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        if 1 < len(self.requests) <= 4:
            self.ids[:0] = [self.ids[0] - number for number in range(self.moved, 0, -1)]
        size, number = int(query["PageSize"]), int(query["CurrentPage"])
        return respond(leaks_body(self.ids[(number - 1) * size : number * size], len(self.ids)))


LISTINGS: dict[str, Callable[..., Any]] = {
    "leaks": lambda client, size=100, **options: client.sas.describe_accesskey_leak_list(page_size=size, **options),
    "users": lambda client, size=1, **options: client.ims.list_users(max_items=size, **options),
    "secrets": lambda client, size=50, **options: client.csms.list_secrets(limit=size, **options),
    "keys": lambda client, size=None, **options: client.iam_v5.list_access_keys("u", limit=size, **options),
}


def open_client(driver: Driver, kind: str, service: Handler, **options: Any) -> Any:
    """Return a client that sends each request once."""
    if kind in {"leaks", "users"}:
        return driver.alibaba(service, credentials=KEY, retry=ONCE, **options)
    return driver.huawei(service, **{"credentials": KEY, "project_id": "p", "retry": ONCE} | options)


def open_listing(driver: Driver, kind: str, service: Handler, *size: int, **options: Any) -> Any:
    return LISTINGS[kind](open_client(driver, kind, service), *size, **options)
