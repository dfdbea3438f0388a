"""huaweicloudsdkcsms and huaweicloudsdkiam; their async clients are futures of a thread pool."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkcsms.v1 import (
    CreateSecretVersionRequest,
    CreateSecretVersionRequestBody,
    CsmsAsyncClient,
    CsmsClient,
    ListSecretsRequest,
)
from huaweicloudsdkiam.v3 import IamClient as IamV3Client
from huaweicloudsdkiam.v3 import ShowPermanentAccessKeyRequest
from huaweicloudsdkiam.v5 import IamClient as IamV5Client
from huaweicloudsdkiam.v5 import ListAccessKeysV5Request

from contenders import ACCESS_KEY, KEY_ID, SECRET, VALUE, Place


def _client(kind: Any, credentials: Any, place: Place) -> Any:
    config = HttpConfig.get_default_config()
    config.ssl_ca_cert = place.authority
    builder = kind.new_builder().with_credentials(credentials).with_endpoint(place.url)
    return builder.with_http_config(config).build()


def _csms(place: Place, items: int) -> Any:
    return _client(CsmsClient, BasicCredentials(KEY_ID, SECRET, str(items)), place)


def calls(place: Place) -> dict[str, Callable[[], int]]:
    csms: Any = _csms(place, 100)
    v3 = _client(IamV3Client, GlobalCredentials(KEY_ID, SECRET, "d"), place)
    v5 = _client(IamV5Client, GlobalCredentials(KEY_ID, SECRET, "d"), place)
    keys, shown = ListAccessKeysV5Request(user_id="100", limit=100), ShowPermanentAccessKeyRequest(ACCESS_KEY)
    write = CreateSecretVersionRequest("secret", CreateSecretVersionRequestBody(secret_string=VALUE))
    return {
        "write": lambda: len([csms.create_secret_version(write).version_metadata]),
        "secrets": lambda: len(csms.list_secrets(ListSecretsRequest(limit="100")).secrets),
        "access_keys": lambda: len(v5.list_access_keys_v5(keys).access_keys),
        "access_key": lambda: len([v3.show_permanent_access_key(shown).credential]),
    }


def decode() -> dict[str, Callable[[bytes], object]]:
    client = _csms(Place("http://127.0.0.1:1", ""), 100)

    class Response:
        text: str

        def __init__(self, body: bytes) -> None:
            self.text, self.content = body.decode(), body

    return {"secrets": lambda body: client.deserialize(Response(body), "ListSecretsResponse", None)}


def call_async(place: Place) -> tuple[Callable[[], Awaitable[int]], Callable[[], Awaitable[None]]]:
    config = HttpConfig.get_default_config()
    config.ssl_ca_cert = place.authority
    credentials = BasicCredentials(KEY_ID, SECRET, "100")
    builder = CsmsAsyncClient.new_builder().with_credentials(credentials).with_endpoint(place.url)
    client: Any = builder.with_http_config(config).build()

    async def call() -> int:
        future = client.list_secrets_async(ListSecretsRequest(limit="100"))
        return len((await asyncio.get_running_loop().run_in_executor(None, future.result)).secrets)

    async def close() -> None:
        pass

    return call, close


def sign() -> Callable[[], object]:
    credentials = BasicCredentials(KEY_ID, SECRET, "p")

    def one() -> object:
        request = SdkRequest(
            method="GET",
            schema="https",
            host="kms.cn-north-4.myhuaweicloud.com",
            resource_path="/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets",
            uri="/v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets",
            query_params=[("limit", "100"), ("marker", "m")],
            header_params={},
            body="",
        )
        return Signer(credentials).sign(request)

    return one


def drain(place: Place, kind: str, items: int, size: int) -> int:
    if kind != "secrets":
        raise LookupError(kind)
    client, count, marker = _csms(place, items), 0, None
    while True:
        body = client.list_secrets(ListSecretsRequest(limit=str(size), marker=marker))
        for _ in body.secrets:
            count += 1
        marker = body.page_info.next_marker
        if marker is None:
            return count
