"""Services that hold numbered items, paged as the vendors document."""

from __future__ import annotations

import json
from typing import Any

import httpx

from cloudkeys import AccessKey
from cloudkeys.testing import FakeResponse

KEY = AccessKey("AK", "SK")


def respond(body: Any) -> FakeResponse:
    return FakeResponse(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


class Leaks:
    """Numbered leaks; before each of three requests, `moved` new leaks push the others towards the end."""

    def __init__(self, count: int, *, moved: int = 0, total: bool = True) -> None:
        self.ids, self.moved, self.total = list(range(1, count + 1)), moved, total
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        if 1 < len(self.requests) <= 4:
            self.ids[:0] = [self.ids[0] - number for number in range(self.moved, 0, -1)]
        size, number = int(query["PageSize"]), int(query["CurrentPage"])
        items = [{"Id": i, "AccesskeyId": f"key-{i}"} for i in self.ids[(number - 1) * size : number * size]]
        body: dict[str, Any] = {"AccessKeyLeakList": items}
        return respond(body | ({"TotalCount": len(self.ids)} if self.total else {}))


class Secrets:
    """Numbered secrets; `last` is the next_marker of the last page, which the vendor doesn't document."""

    def __init__(self, count: int, last: str = "absent", *, inclusive: bool = False) -> None:
        self.ids, self.last, self.inclusive = [f"s{n:05}" for n in range(count)], last, inclusive
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        size = int(query["limit"])
        start = self.ids.index(query["marker"]) + (not self.inclusive) if query.get("marker") else 0
        page = self.ids[start : start + size]
        more = start + size < len(self.ids)
        marker = {"absent": {}, "null": {"next_marker": None}, "empty": {"next_marker": ""}}.get(
            self.last, {"next_marker": page[-1] if page else ""}
        )
        info = {"next_marker": page[-1]} if more else marker
        return respond({"secrets": [{"id": name, "name": name} for name in page], "page_info": info})


class Keys:
    """Numbered access keys; the markers aren't keys."""

    def __init__(self, count: int, last: str = "absent") -> None:
        self.ids, self.last = [f"AK{n:04}" for n in range(count)], last
        self.requests: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        query = dict(request.url.params)
        self.requests.append(query)
        size, start = int(query.get("limit", 100)), int(query.get("marker", "mark0")[4:])
        page = self.ids[start : start + size]
        info: dict[str, Any] = {"current_count": len(page)}
        if start + size < len(self.ids):
            info["next_marker"] = f"mark{start + size}"
        elif self.last != "absent":
            info["next_marker"] = {"null": None, "empty": ""}[self.last]
        common = {"user_id": "u", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
        return respond({"access_keys": [common | {"access_key_id": i} for i in page], "page_info": info})
