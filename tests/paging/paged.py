"""Services that hold numbered items, paged as the vendors document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from cloudkeys import AccessKey
from cloudkeys.testing import FakeResponse

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


class Secrets:
    """Numbered secrets; the name of the last one on a page is the marker of the next."""

    def __init__(self, count: int) -> None:
        self.ids = [f"s{n:05}" for n in range(count)]
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        start = self.ids.index(query["marker"]) + 1 if query.get("marker") else 0
        end = start + int(query["limit"])
        return respond(secrets_body(self.ids[start:end], self.ids[end - 1] if end < len(self.ids) else None))


class Keys:
    """Numbered access keys; the markers aren't keys."""

    def __init__(self, count: int) -> None:
        self.ids = [f"AK{n:04}" for n in range(count)]
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        start = int(query.get("marker", "mark0")[4:])
        end = start + int(query.get("limit", 100))
        return respond(keys_body(self.ids[start:end], f"mark{end}" if end < len(self.ids) else None))
