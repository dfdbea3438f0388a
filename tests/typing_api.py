"""What a user's editor and type checker see. Only type checkers read this file; nothing in it is ever called.

A line that must be an error says so in a comment that both mypy and pyright heed, and both report a comment that
silences nothing. (A second comment for pyright alone would be one of those, since pyright heeds mypy's first.)
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import assert_type

import httpx
from msgspec import UnsetType

import cloudkeys
from cloudkeys import AccessKey, Alibaba, Connections, Huawei, Listing, Page, Password, RetryPolicy, last_used_at
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.errors import DecodeError, ResponseError
from cloudkeys.runtime.messages import Response
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, DescribeAccesskeyLeakListResponse, LeakStatus
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_csms.models import ListSecretsResponse, Secret, SecretState
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v3.models import Credential, ShowPermanentAccessKeyResponse
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys
from cloudkeys_api.huawei_iam_v5.models import AccessKeyMetadata, AccessKeyStatus, ListAccessKeysResponse

# What a client may be made with.

KEY = AccessKey("AK", "SK")
PASSWORD = Password(user="user", password="password", domain="domain")  # noqa: S106 - it is no password


def find() -> AccessKey:
    return KEY


async def find_async() -> AccessKey:
    return KEY


assert_type(cloudkeys.Alibaba(region="cn-hangzhou"), Alibaba)
assert_type(cloudkeys.__version__, str)
Alibaba(region="cn-hangzhou", credentials=find)
Alibaba(region="cn-hangzhou", credentials=find_async, timeout=5, retry=RetryPolicy(attempts=1))
Huawei(region="cn-north-4", token="token", connections=Connections(proxy="http://localhost"))  # noqa: S106
Huawei(base_url="https://iam.example", password=PASSWORD, timeout=httpx.Timeout(5))

Alibaba("cn-hangzhou")  # type: ignore[arg-type, call-arg]
Alibaba(regoin="cn-hangzhou")  # type: ignore[call-arg]
Alibaba(region=1)  # type: ignore[arg-type]
Alibaba(credentials="SK")  # type: ignore[arg-type]
Huawei(password="password")  # type: ignore[arg-type]  # noqa: S106
Huawei(timeout="5")  # type: ignore[arg-type]
Huawei(retry=3)  # type: ignore[arg-type]
Huawei(connections=httpx.Client())  # type: ignore[arg-type]
Connections(verify=False)  # type: ignore[arg-type]
Connections(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
cloudkeys.Aws  # type: ignore[attr-defined]  # noqa: B018


# What the front classes give.


def leaks(alibaba: Alibaba) -> None:
    listing = alibaba.access_key_leaks(status="pending", since=datetime.now(UTC), page_size=100)
    assert_type(listing, Listing[AccessKeyLeak])
    assert_type(listing.position, str | None)
    for leak in listing:
        assert_type(leak, AccessKeyLeak)
        assert_type(leak.accesskey_id, str | UnsetType | None)
        assert_type(leak.status, LeakStatus | UnsetType | None)
        leak.url = "elsewhere"  # type: ignore[misc]
        leak.access_key_id  # type: ignore[attr-defined]  # noqa: B018
    for page in listing.pages():
        assert_type(page, Page[AccessKeyLeak])
        assert_type(page.items[0], AccessKeyLeak)
        assert_type(page.position, str | None)
        assert_type(page.response.status_code, int)
        assert_type(page.response.content, bytes)
    with contextlib.closing(iter(listing)) as leaks:
        assert_type(next(leaks), AccessKeyLeak)
    alibaba.access_key_leaks(status=LeakStatus.DEALED, since=0, resume=listing.position)
    alibaba.access_key_leaks("pending")  # type: ignore[call-arg]
    alibaba.access_key_leaks(state="pending")  # type: ignore[call-arg]
    alibaba.access_key_leaks(status="open")  # type: ignore[arg-type]
    alibaba.access_key_leaks(since="today")  # type: ignore[arg-type]
    alibaba.access_key_leaks(page_size="100")  # type: ignore[arg-type]


async def leaks_async(alibaba: Alibaba) -> None:
    async with alibaba as entered:
        assert_type(entered, Alibaba)
        async for leak in entered.access_key_leaks():
            assert_type(leak, AccessKeyLeak)
        async for page in entered.access_key_leaks().pages_async():
            assert_type(page, Page[AccessKeyLeak])
        async with contextlib.aclosing(aiter(entered.access_key_leaks())) as leaks:
            assert_type(await anext(leaks), AccessKeyLeak)
        for _ in entered.access_key_leaks().pages_async():  # type: ignore[attr-defined]
            pass


def keys_and_secrets(huawei: Huawei) -> None:
    with huawei as entered:
        assert_type(entered, Huawei)
    assert_type(huawei.with_options(timeout=5), Huawei)
    assert_type(huawei.access_keys("user"), Listing[AccessKeyMetadata])
    assert_type(huawei.secrets(), Listing[Secret])
    for key in huawei.access_keys("user", page_size=200):
        assert_type(key, AccessKeyMetadata)
        assert_type(key.status, AccessKeyStatus)
        assert_type(key.created_at, datetime)
    for secret in huawei.secrets(event_name="event", max_items=10):
        assert_type(secret, Secret)
        assert_type(secret.state, SecretState | UnsetType | None)
    assert_type([page.items[0] for page in huawei.secrets().pages()], list[Secret])
    assert_type(huawei.access_key("AK"), Credential)
    assert_type(huawei.access_key_detailed("AK"), Response[ShowPermanentAccessKeyResponse])
    assert_type(huawei.access_key_detailed("AK").body.credential, Credential)
    assert_type(last_used_at(huawei.access_key("AK")), datetime | None)
    huawei.access_keys()  # type: ignore[call-arg]
    huawei.access_keys("user", 10)  # type: ignore[call-arg]
    huawei.access_keys(7)  # type: ignore[arg-type]
    huawei.secrets(project_id="p")  # type: ignore[call-arg]
    huawei.secrets(max_items="all")  # type: ignore[arg-type]
    huawei.access_key(None)  # type: ignore[arg-type]
    last_used_at(huawei.access_keys("user"))  # type: ignore[arg-type]


async def keys_and_secrets_async(huawei: Huawei) -> None:
    async for key in huawei.access_keys("user"):
        assert_type(key, AccessKeyMetadata)
    async for secret in huawei.secrets():
        assert_type(secret, Secret)
    assert_type([page.items[0] async for page in huawei.access_keys("user").pages_async()], list[AccessKeyMetadata])
    assert_type(await huawei.access_key_async("AK"), Credential)
    assert_type(await huawei.access_key_detailed_async("AK"), Response[ShowPermanentAccessKeyResponse])
    huawei.access_key_async("AK").access  # type: ignore[attr-defined]  # noqa: B018


def failures(error: ResponseError, other: DecodeError) -> None:
    assert_type(error.operation, str)
    assert_type(error.status_code, int)
    assert_type(error.code, str | None)
    assert_type(error.vendor_message, str | None)
    assert_type(error.request_id, str | None)
    assert_type(error.headers.get("x"), str | None)
    assert_type(error.content, bytes)
    assert_type(other.path, str)
    error.path  # type: ignore[attr-defined]  # noqa: B018


# What the generated functions give.


def generated(
    sas: alibaba_sas.Client, v5: huawei_iam_v5.Client, v3: huawei_iam_v3.Client, csms: huawei_csms.Client
) -> None:
    assert_type(list_secrets.sync("project", client=csms), ListSecretsResponse)
    assert_type(list_secrets.sync_detailed("project", client=csms), Response[ListSecretsResponse])
    assert_type(list_access_keys.sync("user", client=v5), ListAccessKeysResponse)
    assert_type(show_permanent_access_key.sync("AK", client=v3), ShowPermanentAccessKeyResponse)
    leak_list = describe_accesskey_leak_list.sync(client=sas, page_size=1, current_page=1)
    assert_type(leak_list, DescribeAccesskeyLeakListResponse)
    huawei_csms.Client(base_url="https://kms.example", auth=Acs3Auth(KEY, "https://kms.example"))
    list_secrets.sync("project", client=v5)  # type: ignore[arg-type]
    list_access_keys.sync("user", client=v3)  # type: ignore[arg-type]
    show_permanent_access_key.sync("AK", client=csms)  # type: ignore[arg-type]
    list_secrets.sync("project")  # type: ignore[call-arg]
    list_secrets.sync("project", client=csms, size="1")  # type: ignore[call-arg]
    list_secrets.sync("project", client=csms, limit=1)  # type: ignore[arg-type]
    list_access_keys.sync("user", client=v5, limit="1")  # type: ignore[arg-type]
    huawei_csms.Client()  # type: ignore[call-arg]


async def generated_async(
    sas: alibaba_sas.Client, v5: huawei_iam_v5.Client, v3: huawei_iam_v3.Client, csms: huawei_csms.Client
) -> None:
    assert_type(await list_secrets.asyncio("project", client=csms), ListSecretsResponse)
    assert_type(await list_access_keys.asyncio("user", client=v5), ListAccessKeysResponse)
    assert_type(await show_permanent_access_key.asyncio("AK", client=v3), ShowPermanentAccessKeyResponse)
    leak_list = await describe_accesskey_leak_list.asyncio(client=sas, page_size=1, current_page=1)
    assert_type(leak_list, DescribeAccesskeyLeakListResponse)
    await list_secrets.asyncio("project", client=sas)  # type: ignore[arg-type]
