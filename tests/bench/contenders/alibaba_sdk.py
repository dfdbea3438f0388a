"""alibabacloud_sas20181203."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from alibabacloud_sas20181203.client import Client
from alibabacloud_sas20181203.models import DescribeAccesskeyLeakListRequest, DescribeAccesskeyLeakListResponseBody
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from darabonba.runtime import RuntimeOptions

from contenders import KEY_ID, SECRET, Place


def _client(place: Place) -> Any:
    protocol = place.url.partition(":")[0]
    return Client(Config(access_key_id=KEY_ID, access_key_secret=SECRET, endpoint=place.host, protocol=protocol))


def _asked(items: int, size: int, page: int) -> Any:
    return DescribeAccesskeyLeakListRequest(current_page=page, page_size=size, start_ts=items)


def calls(place: Place) -> dict[str, Callable[[], int]]:
    client, asked = _client(place), _asked(100, 100, 1)
    return {"leaks": lambda: len(client.describe_accesskey_leak_list(asked).body.access_key_leak_list)}


def call_async(
    place: Place, operation: str = "leaks"
) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    if operation != "leaks":
        raise LookupError(operation)
    client, asked = _client(place), _asked(100, 100, 1)
    options = RuntimeOptions(ca=place.authority) if place.url.startswith("https") else RuntimeOptions()

    async def call() -> int:
        response = await client.describe_accesskey_leak_list_with_options_async(asked, options)
        return len(response.body.access_key_leak_list)

    async def close() -> None:
        pass

    return call, close


def decode() -> dict[str, Callable[[bytes], object]]:
    return {"leaks": lambda body: DescribeAccesskeyLeakListResponseBody().from_map(json.loads(body))}


def sign() -> Callable[[], object]:
    def one() -> object:
        request = DaraRequest()
        request.method, request.pathname = "POST", "/"
        request.query = {"PageSize": "100", "CurrentPage": "1"}
        request.headers = {"host": "tds.cn-shanghai.aliyuncs.com", "x-acs-action": "A", "x-acs-version": "2018-12-03"}
        return Utils.get_authorization(request, "ACS3-HMAC-SHA256", "e3b0c442", KEY_ID, SECRET)

    return one


def drain(place: Place, kind: str, items: int, size: int) -> int:
    if kind != "leaks":
        raise LookupError(kind)
    client, count, page = _client(place), 0, 1
    while True:
        body = client.describe_accesskey_leak_list(_asked(items, size, page)).body
        for _ in body.access_key_leak_list:
            count += 1
        if count >= body.total_count:
            return count
        page += 1
