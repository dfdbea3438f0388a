"""What openapi-python-client makes of our specs, untouched, with a signature added through httpx."""

# pyright: reportMissingImports=false, reportUnknownVariableType=false
# The stock client is made in the environment of the bench.

from __future__ import annotations

import json
import ssl
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import httpx
from stock.alibaba_sas import Client as AlibabaClient
from stock.alibaba_sas.api.leaks import describe_accesskey_leak_list
from stock.huawei_csms import Client as CsmsClient
from stock.huawei_csms.api.secrets import list_secrets
from stock.huawei_csms.api.versions import create_secret_version
from stock.huawei_csms.models import CreateSecretVersionRequest, ListSecretsResponse
from stock.huawei_iam_v3 import Client as IamV3Client
from stock.huawei_iam_v3.api.access_keys import show_permanent_access_key
from stock.huawei_iam_v5 import Client as IamV5Client
from stock.huawei_iam_v5.api.access_keys import list_access_keys

from contenders import ACCESS_KEY, VALUE, Place
from contenders.signature import signed


class Signature(httpx.Auth):
    """Signs as the least contender does."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        target = (request.url.netloc.decode(), request.url.path, request.url.query.decode())
        request.headers.update(signed(*target, request.method, request.content))
        yield request


def _client(kind: Any, place: Place) -> Any:
    verify = ssl.create_default_context(cafile=place.authority) if place.url.startswith("https") else True
    return kind(base_url=place.url, verify_ssl=verify, timeout=60, httpx_args={"auth": Signature()})


def calls(place: Place) -> dict[str, Callable[[], int]]:
    csms, sas = _client(CsmsClient, place), _client(AlibabaClient, place)
    v3, v5 = _client(IamV3Client, place), _client(IamV5Client, place)
    asked: Any = {"current_page": 1, "page_size": 100, "start_ts": 100}
    leaks: Any = describe_accesskey_leak_list.sync
    secrets: Any = list_secrets.sync
    keys: Any = list_access_keys.sync
    shown: Any = show_permanent_access_key.sync
    create: Any = create_secret_version.sync
    return {
        "write": lambda: len(
            [
                create(
                    "100", "secret", client=csms, body=CreateSecretVersionRequest(secret_string=VALUE)
                ).version_metadata
            ]
        ),
        "secrets": lambda: len(secrets("100", client=csms, limit="100").secrets),
        "leaks": lambda: len(leaks(client=sas, **asked).access_key_leak_list),
        "access_keys": lambda: len(keys("100", client=v5, limit=100).access_keys),
        "access_key": lambda: len([shown(ACCESS_KEY, client=v3).credential]),
    }


def call_async(place: Place) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    csms = _client(CsmsClient, place)
    secrets: Any = list_secrets.asyncio

    async def call() -> int:
        return len((await secrets("100", client=csms, limit="100")).secrets)

    async def close() -> None:
        await csms.get_async_httpx_client().aclose()

    return call, close


def decode() -> dict[str, Callable[[bytes], object]]:
    return {"secrets": lambda body: ListSecretsResponse.from_dict(json.loads(body))}


def drain(place: Place, kind: str, items: int, size: int) -> int:
    if kind != "secrets":
        raise LookupError(kind)
    client, count, marker = _client(CsmsClient, place), 0, "1"
    secrets: Any = list_secrets.sync
    while True:
        body = secrets(str(items), client=client, limit=str(size), marker=marker)
        for _ in body.secrets:
            count += 1
        marker = body.page_info.next_marker
        if not isinstance(marker, str):
            return count
