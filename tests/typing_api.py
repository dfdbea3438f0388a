"""The types that a user's editor and type checker see. Only type checkers read this file; nothing in it runs.

A line that must be an error has a `type: ignore`. mypy and pyright both obey it, and both report one without an error.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import datetime
from typing import assert_type

import httpx
from msgspec import UnsetType

import cloudkeys
from cloudkeys import (
    AccessKey,
    Alibaba,
    AsyncAlibaba,
    AsyncHuawei,
    AsyncListing,
    Connections,
    Huawei,
    Listing,
    Page,
    Password,
    RetryPolicy,
)
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.errors import DecodeError, ResponseError
from cloudkeys.runtime.messages import Request, Response
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, DescribeAccesskeyLeakListResponse, LeakStatus
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_csms.models import ListSecretsParameters, ListSecretsResponse, Secret, SecretState
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v3.models import Credential, ShowPermanentAccessKeyResponse
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys
from cloudkeys_api.huawei_iam_v5.models import AccessKeyMetadata, AccessKeyStatus, ListAccessKeysResponse

# The arguments of a client.

KEY = AccessKey("AK", "SK")
PASSWORD = Password(user="user", password="password", domain="domain")  # noqa: S106 - not a real password


def find() -> AccessKey:
    return KEY


async def find_async() -> AccessKey:
    return KEY


assert_type(cloudkeys.Alibaba(region="cn-hangzhou"), Alibaba)
assert_type(cloudkeys.AsyncHuawei(region="cn-north-4"), AsyncHuawei)
assert_type(cloudkeys.__version__, str)
Alibaba(region="cn-hangzhou", credentials=find)
AsyncAlibaba(region="cn-hangzhou", credentials=find_async, timeout=5, retry=RetryPolicy(attempts=1))
Huawei(region="cn-north-4", token="token", connections=Connections(proxy="http://localhost"))  # noqa: S106
Huawei(base_urls={"iam_v3": "https://iam.example"}, password=PASSWORD, timeout=httpx.Timeout(5))
AsyncHuawei(base_url="https://iam.example", connections=Connections(aiohttp=True))

Alibaba("cn-hangzhou")  # type: ignore[arg-type, call-arg]
Alibaba(regoin="cn-hangzhou")  # type: ignore[call-arg]
AsyncAlibaba(region=1)  # type: ignore[arg-type]
Alibaba(credentials="SK")  # type: ignore[arg-type]
Huawei(password="password")  # type: ignore[arg-type]  # noqa: S106
AsyncHuawei(timeout="5")  # type: ignore[arg-type]
Huawei(retry=3)  # type: ignore[arg-type]
Huawei(connections=httpx.Client())  # type: ignore[arg-type]
Connections(verify=False)  # type: ignore[arg-type]
Connections(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
cloudkeys.Aws  # type: ignore[attr-defined]  # noqa: B018

# The clients that a front class holds.

assert_type(Alibaba(region="r").sas, alibaba_sas.Client)
assert_type(AsyncHuawei(region="r").csms, huawei_csms.AsyncClient)
assert_type(AsyncHuawei(region="r").iam_v5, huawei_iam_v5.AsyncClient)
Huawei(region="r").sas  # type: ignore[attr-defined]  # noqa: B018
huawei_csms.Client(base_url="https://kms.example", project_id="p", auth=Acs3Auth(KEY, "https://kms.example"))
huawei_csms.Client(base_url="https://kms.example")  # type: ignore[call-arg]
huawei_iam_v5.AsyncClient(base_url="https://iam.example", project_id="p")  # type: ignore[call-arg]


# The arguments and results of their methods.


def leaks(alibaba: Alibaba) -> None:
    listing = alibaba.sas.describe_accesskey_leak_list(status="pending", start_ts=1, page_size=100)
    assert_type(listing, Listing[AccessKeyLeak])
    for leak in listing:
        assert_type(leak, AccessKeyLeak)
        assert_type(leak.accesskey_id, str | UnsetType | None)
        assert_type(leak.status, LeakStatus | UnsetType | None)
        leak.url = "elsewhere"  # type: ignore[misc]
        leak.access_key_id  # type: ignore[attr-defined]  # noqa: B018
    for page in listing.pages():
        assert_type(page, Page[AccessKeyLeak])
        assert_type(page.position, str | None)
        assert_type(page.response.content, bytes)
    alibaba.sas.describe_accesskey_leak_list(status=LeakStatus.DEALED, resume=listing.position)
    alibaba.sas.describe_accesskey_leak_list("pending")  # type: ignore[call-arg]
    alibaba.sas.describe_accesskey_leak_list(state="pending")  # type: ignore[call-arg]
    alibaba.sas.describe_accesskey_leak_list(status="open")  # type: ignore[arg-type]
    alibaba.sas.describe_accesskey_leak_list(start_ts="today")  # type: ignore[arg-type]
    alibaba.sas.describe_accesskey_leak_list(page_size="100")  # type: ignore[arg-type]
    alibaba.sas.describe_accesskey_leak_list(current_page=2)  # type: ignore[call-arg]


async def leaks_async(alibaba: AsyncAlibaba) -> None:
    async with alibaba as entered:
        assert_type(entered, AsyncAlibaba)
        listing = entered.sas.describe_accesskey_leak_list()
        assert_type(listing, AsyncListing[AccessKeyLeak])
        async for leak in listing:
            assert_type(leak, AccessKeyLeak)
        async for page in listing.pages():
            assert_type(page, Page[AccessKeyLeak])
        for _ in listing:  # type: ignore[attr-defined]
            pass
    with alibaba:  # type: ignore[attr-defined]
        pass


def keys_and_secrets(huawei: Huawei) -> None:
    with huawei as entered:
        assert_type(entered, Huawei)
    assert_type(huawei.with_options(timeout=5), Huawei)
    assert_type(huawei.csms.with_options(timeout=5), huawei_csms.Client)
    for key in huawei.iam_v5.list_access_keys("user", limit=200):
        assert_type(key, AccessKeyMetadata)
        assert_type(key.status, AccessKeyStatus)
        assert_type(key.created_at, datetime)
    for secret in huawei.csms.list_secrets(event_name="event", limit=10):
        assert_type(secret, Secret)
        assert_type(secret.state, SecretState | UnsetType | None)
    assert_type([page.items[0] for page in huawei.csms.list_secrets().pages()], list[Secret])
    assert_type(huawei.iam_v3.show_permanent_access_key("AK"), ShowPermanentAccessKeyResponse)
    huawei.iam_v5.list_access_keys("user", 10)  # type: ignore[call-arg]
    huawei.csms.list_secrets(project_id="p")  # type: ignore[call-arg]
    huawei.iam_v3.show_permanent_access_key()  # type: ignore[call-arg]
    huawei.iam_v3.show_permanent_access_key(None)  # type: ignore[arg-type]


async def keys_and_secrets_async(huawei: AsyncHuawei) -> None:
    async for key in huawei.iam_v5.list_access_keys("user"):
        assert_type(key, AccessKeyMetadata)
    pages = huawei.csms.list_secrets().pages()
    assert_type([page.items[0] async for page in pages], list[Secret])
    assert_type(await huawei.iam_v3.show_permanent_access_key("AK"), ShowPermanentAccessKeyResponse)
    huawei.iam_v3.show_permanent_access_key("AK").credential  # type: ignore[attr-defined]  # noqa: B018


def failures(error: ResponseError, other: DecodeError) -> None:
    assert_type(error.operation, str)
    assert_type(error.status_code, int)
    assert_type(error.code, str | None)
    assert_type(error.headers.get("x"), str | None)
    assert_type(error.content, bytes)
    assert_type(other.path, str)
    error.path  # type: ignore[attr-defined]  # noqa: B018


# The functions of the operation modules: their parameters are those of a struct.


def functions(
    sas: alibaba_sas.Client, v5: huawei_iam_v5.Client, v3: huawei_iam_v3.Client, csms: huawei_csms.Client
) -> None:
    assert_type(list_secrets.sync(csms, project_id="p"), ListSecretsResponse)
    assert_type(list_secrets.sync_detailed(csms, project_id="p", limit="1"), Response[ListSecretsResponse])
    assert_type(show_permanent_access_key.sync_detailed(v3, access_key="AK").body.credential, Credential)
    leak_list = describe_accesskey_leak_list.sync(sas, page_size=1, current_page=1, status=LeakStatus.PENDING)
    assert_type(leak_list, DescribeAccesskeyLeakListResponse)
    assert_type(list_secrets.OPERATION.build_request(ListSecretsParameters(project_id="p")), Request)
    list_secrets.sync(v5, project_id="p")  # type: ignore[arg-type]
    list_secrets.sync(csms)  # type: ignore[call-arg]
    list_secrets.sync(csms, "p")  # type: ignore[call-arg]
    list_secrets.sync(csms, project_id="p", size="1")  # type: ignore[call-arg]
    list_secrets.sync(csms, project_id="p", limit=1)  # type: ignore[arg-type]
    describe_accesskey_leak_list.sync(sas, page_size=1, current_page=1, status="pending")  # type: ignore[arg-type]


async def functions_async(
    sas: alibaba_sas.AsyncClient, v5: huawei_iam_v5.AsyncClient, v3: huawei_iam_v3.AsyncClient, sync: huawei_csms.Client
) -> None:
    assert_type(await list_access_keys.asyncio(v5, user_id="user"), ListAccessKeysResponse)
    assert_type(
        await show_permanent_access_key.asyncio_detailed(v3, access_key="AK"), Response[ShowPermanentAccessKeyResponse]
    )
    await list_secrets.asyncio(sync, project_id="p")  # type: ignore[arg-type]
    list_access_keys.sync(v5, user_id="user")  # type: ignore[arg-type]
    await list_access_keys.asyncio(v5)  # type: ignore[call-arg]
    describe_accesskey_leak_list.asyncio(sas, page_size=1, current_page=1).total_count  # type: ignore[attr-defined]  # noqa: B018
