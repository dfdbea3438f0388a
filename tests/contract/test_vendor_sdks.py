"""The vendors' own SDKs list from the fake cloud over HTTP: proof that it is what their clients expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alibabacloud_sas20181203.client import Client as SasClient
from alibabacloud_sas20181203.models import DescribeAccesskeyLeakListRequest
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import DaraException
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcsms.v1 import CsmsClient, ListSecretsRequest
from huaweicloudsdkiam.v3 import IamClient as IamV3Client
from huaweicloudsdkiam.v3 import ShowPermanentAccessKeyRequest
from huaweicloudsdkiam.v5 import IamClient as IamV5Client
from huaweicloudsdkiam.v5 import ListAccessKeysV5Request

from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud
from cloudkeys.testing.state import PROJECT_ID
from contract.served_data import ACCESS_KEYS, LEAKS, SECRETS, USER, served_cloud
from contract.tally import trying

Listed = list[Any]
SdkListing = Callable[[str, AccessKey], Listed]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeCloud, str]]:
    cloud = served_cloud()
    with cloud.serving() as url:
        yield cloud, url


def leaks(url: str, key: AccessKey) -> Listed:
    host = url.removeprefix("http://")
    token: dict[str, Any] = {} if key.security_token is None else {"security_token": key.security_token}
    client = SasClient(
        Config(access_key_id=key.access_key_id, access_key_secret=key.secret, endpoint=host, protocol="http", **token)
    )
    found: Listed = []
    while True:
        asked = DescribeAccesskeyLeakListRequest(current_page=len(found) // 40 + 1, page_size=40)
        body: Any = client.describe_accesskey_leak_list(asked).body
        found += [leak.id for leak in body.access_key_leak_list]
        if len(found) >= body.total_count:
            return found


def huawei(client: Any, credentials: Any, url: str, key: AccessKey) -> Any:
    if key.security_token:
        credentials = credentials.with_security_token(key.security_token)
    return client.new_builder().with_credentials(credentials).with_endpoint(url).build()


def access_keys(url: str, key: AccessKey) -> Listed:
    client = huawei(IamV5Client, GlobalCredentials(key.access_key_id, key.secret, FakeCloud().domain_id), url, key)
    found: Listed = []
    marker = None
    while True:
        body = client.list_access_keys_v5(ListAccessKeysV5Request(user_id=USER, limit=100, marker=marker))
        found += [item.access_key_id for item in body.access_keys]
        marker = body.page_info.next_marker
        if marker is None:
            return found


def shown_access_key(url: str, key: AccessKey) -> Listed:
    client = huawei(IamV3Client, GlobalCredentials(key.access_key_id, key.secret, FakeCloud().domain_id), url, key)
    request = ShowPermanentAccessKeyRequest(access_key=ACCESS_KEYS[3].access)
    return [client.show_permanent_access_key(request).credential.access]


def secrets(url: str, key: AccessKey) -> Listed:
    client = huawei(CsmsClient, BasicCredentials(key.access_key_id, key.secret, PROJECT_ID), url, key)
    found: Listed = []
    marker = None
    while True:
        body = client.list_secrets(ListSecretsRequest(limit="50", marker=marker))
        found += [secret.name for secret in body.secrets]
        marker = body.page_info.next_marker
        if len(body.secrets) < 50:
            return found


LISTINGS: dict[str, tuple[SdkListing, Listed]] = {
    "DescribeAccesskeyLeakList": (leaks, [leak.id for leak in LEAKS]),
    "ListAccessKeys": (access_keys, [key.access for key in ACCESS_KEYS]),
    "ShowPermanentAccessKey": (shown_access_key, [ACCESS_KEYS[3].access]),
    "ListSecrets": (secrets, [secret.name for secret in SECRETS]),
}


def key_for(cloud: FakeCloud, operation: str) -> AccessKey:
    return cloud.alibaba_key if operation == "DescribeAccesskeyLeakList" else cloud.huawei_key


@pytest.mark.parametrize("operation", LISTINGS)
def test_the_vendors_sdk_lists_everything(operation: str, served: tuple[FakeCloud, str]) -> None:
    cloud, url = served
    cloud.calls.clear()
    listing, expected = LISTINGS[operation]
    with trying(operation, 200, "vendor's SDK at the fake cloud"):
        assert listing(url, key_for(cloud, operation)) == expected
    assert {(call.operation, call.status, call.caller) for call in cloud.calls} == {
        (operation, 200, key_for(cloud, operation).access_key_id)
    }


@pytest.mark.parametrize("operation", LISTINGS)
def test_a_wrong_secret_is_refused(operation: str, served: tuple[FakeCloud, str]) -> None:
    cloud, url = served
    cloud.calls.clear()
    wrong = AccessKey(key_for(cloud, operation).access_key_id, "not-the-secret")
    with trying(operation, "refused", "vendor's SDK at the fake cloud"):
        with pytest.raises((DaraException, ServiceResponseException)) as caught:
            LISTINGS[operation][0](url, wrong)
        code = "SignatureDoesNotMatch" if operation == "DescribeAccesskeyLeakList" else "APIGW.0301"
        assert code in str(caught.value)
    assert [call.code for call in cloud.calls] == [code]
    # Otherwise a few runs would lock the access key.
    cloud.callers.forget_wrong_signatures(wrong.access_key_id)


@pytest.mark.parametrize("operation", LISTINGS)
def test_a_temporary_key_needs_its_security_token(operation: str) -> None:
    cloud = served_cloud()
    vendor: Any = "alibaba" if operation == "DescribeAccesskeyLeakList" else "huawei"
    key = AccessKey("TEMPORARYKEY", "a-temporary-secret", "a-security-token")
    cloud.callers.add([Caller(vendor=vendor, key=key)])
    listing, expected = LISTINGS[operation]
    with cloud.serving() as url, trying(operation, "temporary key", "vendor's SDK at the fake cloud"):
        assert listing(url, key) == expected
        with pytest.raises((DaraException, ServiceResponseException)):
            listing(url, AccessKey(key.access_key_id, key.secret))
