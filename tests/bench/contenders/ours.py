"""cloudkeys, as its users call it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx

import cloudkeys
from cloudkeys.auth import acs3, sdk_hmac
from cloudkeys.auth.signing import sha256_hex
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.operation import Operation
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys
from contenders import ACCESS_KEY, KEY_ID, SECRET, VALUE, Place

KEY = cloudkeys.AccessKey(KEY_ID, SECRET)


def _settings(place: Place, *, aiohttp: bool = False) -> dict[str, Any]:
    verify = ssl.create_default_context(cafile=place.authority) if place.url.startswith("https") else None
    return {"base_url": place.url, "connections": cloudkeys.Connections(verify=verify, aiohttp=aiohttp)}


def calls(place: Place) -> dict[str, Callable[[], int]]:
    shared = _settings(place)
    huawei: Any = shared | {"auth": sdk_hmac.SdkHmacAuth(KEY, place.url)}
    csms = huawei_csms.Client(project_id="100", **huawei)
    v5, v3 = huawei_iam_v5.Client(**huawei), huawei_iam_v3.Client(**huawei)
    sas = alibaba_sas.Client(auth=acs3.Acs3Auth(KEY, place.url), **shared)

    def leaks() -> int:
        body = describe_accesskey_leak_list.sync(sas, current_page=1, page_size=100, start_ts=100)
        return len(body.access_key_leak_list or ())

    return {
        "secrets": lambda: len(list_secrets.sync(csms, project_id="100", limit="100").secrets or ()),
        "leaks": leaks,
        "access_keys": lambda: len(list_access_keys.sync(v5, user_id="100", limit=100).access_keys or ()),
        "write": lambda: len([csms.create_secret_version("secret", secret_string=VALUE).version_metadata]),
        "access_key": lambda: len([v3.show_permanent_access_key(ACCESS_KEY).credential]),
    }


def call_async(
    place: Place, operation: str = "secrets", *, aiohttp: bool = False
) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    settings = _settings(place, aiohttp=aiohttp)
    csms = huawei_csms.AsyncClient(project_id="100", auth=sdk_hmac.SdkHmacAuth(KEY, place.url), **settings)
    sas = alibaba_sas.AsyncClient(auth=acs3.Acs3Auth(KEY, place.url), **settings)

    async def secrets() -> int:
        return len((await list_secrets.asyncio(csms, project_id="100", limit="100")).secrets or ())

    async def leaks() -> int:
        body = await describe_accesskey_leak_list.asyncio(sas, current_page=1, page_size=100, start_ts=100)
        return len(body.access_key_leak_list or ())

    return {"secrets": secrets, "leaks": leaks}[operation], csms.aclose


def decode() -> dict[str, Callable[[bytes], object]]:
    def of(operation: Operation[Any, ..., Any]) -> Callable[[bytes], object]:
        headers: dict[str, str] = {}
        return lambda body: operation.read_response(RawResponse(200, headers, body)).body

    return {"secrets": of(list_secrets.OPERATION), "leaks": of(describe_accesskey_leak_list.OPERATION)}


def sign() -> Callable[[], object]:
    headers = [("host", "kms.cn-north-4.myhuaweicloud.com"), ("x-sdk-date", "20260101T000000Z")]
    path, query, nothing = "/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets", "limit=100&marker=m", sha256_hex(b"")

    def one() -> str:
        canonical = sdk_hmac.canonical_request("GET", path, query, headers, nothing)
        return sdk_hmac.signed_authorization(KEY, "20260101T000000Z", canonical)

    return one


def sign_request() -> Callable[[], object]:
    url = "https://kms.cn-north-4.myhuaweicloud.com"
    auth = sdk_hmac.SdkHmacAuth(KEY, url, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    target = f"{url}/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets?limit=100&marker=m"
    request = httpx.Request("GET", target, headers={"User-Agent": "bench", "Accept": "*/*"})

    def one() -> object:
        auth.sign(request, KEY)
        return request

    return one


def drain(place: Place, kind: str, items: int, size: int) -> int:
    settings: dict[str, Any] = _settings(place) | {"credentials": KEY}
    listing: cloudkeys.Listing[Any] = (
        cloudkeys.Huawei(project_id=str(items), **settings).csms.list_secrets(limit=size)
        if kind == "secrets"
        else cloudkeys.Alibaba(**settings).sas.describe_accesskey_leak_list(page_size=size, start_ts=items)
    )
    count = 0
    for _ in listing:
        count += 1
    return count
