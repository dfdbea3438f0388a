"""A call of each operation by the vendors' SDKs, and the cloud that they call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cloudkeys import AccessKey
from cloudkeys.testing import (
    FakeCloud,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_secret,
    example_user,
)
from cloudkeys.testing.state import PROJECT_ID

RAM_USER: Final = "user@example.onaliyun.com"
RAM_KEY: Final = "LTAIexample000000001"
USER: Final = "example-user-1"
KEY: Final = "EXAMPLE000000001"
SECRET_NAME: Final = "example-secret-1"  # noqa: S105 - the name of one


class Called(NamedTuple):
    """The parameters of a call, which value of the SDK's response is looked at, and that value."""

    given: dict[str, Any]
    shown: Callable[[Any], Any]
    expected: Any


def small_cloud() -> FakeCloud:
    """Return a cloud with one item of each kind."""
    return FakeCloud(
        leaks=[example_leak(1)],
        ram_access_keys=[example_ram_access_key(1, user_principal_name=RAM_USER)],
        users=[example_user(1)],
        access_keys=[example_access_key(1, user_id=USER)],
        secrets={PROJECT_ID: [example_secret(1)]},
    )


def key_for(cloud: FakeCloud, operation: str) -> AccessKey:
    """Return the access key that may call an operation."""
    return cloud.alibaba_key if operation.startswith("alibaba_") else cloud.huawei_key


_HELD: Final = {"user_principal_name": RAM_USER, "user_access_key_id": RAM_KEY}
_OWNED: Final = {"user_id": USER, "access_key_id": KEY}
_STAGED: Final = {"secret_name": SECRET_NAME, "stage_name": "SYSCURRENT"}
CALLS: Final[dict[str, Called]] = {
    "alibaba_sas.DescribeAccesskeyLeakList": Called(
        {"page_size": 40, "current_page": 1}, lambda body: body.access_key_leak_list[0].id, 1
    ),
    "alibaba_sas.DescribeAccessKeyLeakDetail": Called({"id": 1}, lambda body: body.accesskey_id, RAM_KEY),
    "alibaba_sas.ModifyAccessKeyLeakDeal": Called(
        {"type": "manual", "id_list": [1], "remark": "a note"}, lambda body: len(body.request_id), 32
    ),
    "alibaba_ims.ListUsers": Called({}, lambda body: body.users.user[0].user_principal_name, RAM_USER),
    "alibaba_ims.GetUser": Called(
        {"user_access_key_id": RAM_KEY}, lambda body: body.user.user_principal_name, RAM_USER
    ),
    "alibaba_ims.ListAccessKeys": Called(
        {"user_principal_name": RAM_USER}, lambda body: body.access_keys.access_key[0].access_key_id, RAM_KEY
    ),
    "alibaba_ims.GetAccessKeyLastUsed": Called(_HELD, lambda body: body.access_key_last_used.last_used_date, ""),
    "alibaba_ims.CreateAccessKey": Called(
        {"user_principal_name": RAM_USER}, lambda body: body.access_key.status, "Active"
    ),
    "alibaba_ims.UpdateAccessKey": Called(_HELD | {"status": "Inactive"}, lambda body: len(body.request_id), 32),
    "alibaba_ims.DeleteAccessKey": Called(_HELD, lambda body: len(body.request_id), 32),
    "huawei_iam_v5.ListUsers": Called({"access_key_id": KEY}, lambda body: body.users[0].user_id, USER),
    "huawei_iam_v5.ListAccessKeys": Called({"user_id": USER}, lambda body: body.access_keys[0].access_key_id, KEY),
    "huawei_iam_v5.ShowAccessKeyLastUsed": Called(
        _OWNED, lambda body: body.access_key_last_used.last_used_at.isoformat(), "2024-01-01T01:01:00+00:00"
    ),
    "huawei_iam_v5.CreateAccessKey": Called({"user_id": USER}, lambda body: body.access_key.user_id, USER),
    "huawei_iam_v5.UpdateAccessKey": Called(
        _OWNED | {"body": {"status": "inactive"}}, lambda body: body.access_key.status, "inactive"
    ),
    "huawei_iam_v5.DeleteAccessKey": Called(_OWNED, lambda body: body.status_code, 204),
    "huawei_iam_v3.ShowPermanentAccessKey": Called({"access_key": KEY}, lambda body: body.credential.access, KEY),
    "huawei_iam_v3.ListPermanentAccessKeys": Called({"user_id": USER}, lambda body: body.credentials[0].access, KEY),
    "huawei_iam_v3.CreatePermanentAccessKey": Called(
        {"body": {"user_id": USER, "description": "a note"}}, lambda body: body.credential.description, "a note"
    ),
    "huawei_iam_v3.UpdatePermanentAccessKey": Called(
        {"access_key": KEY, "body": {"status": "inactive"}}, lambda body: body.credential.status, "inactive"
    ),
    "huawei_iam_v3.DeletePermanentAccessKey": Called({"access_key": KEY}, lambda body: body.status_code, 204),
    "huawei_csms.ListSecrets": Called({"limit": "50"}, lambda body: body.secrets[0].name, SECRET_NAME),
    "huawei_csms.ShowSecret": Called({"secret_name": SECRET_NAME}, lambda body: body.secret.name, SECRET_NAME),
    "huawei_csms.ListSecretVersions": Called(
        {"secret_name": SECRET_NAME, "limit": 50}, lambda body: body.version_metadatas[0].id, "v1"
    ),
    "huawei_csms.ShowSecretVersion": Called(
        {"secret_name": SECRET_NAME, "version_id": "latest"},
        lambda body: body.version.secret_string,
        f"fake-value-of-{SECRET_NAME}",
    ),
    "huawei_csms.CreateSecretVersion": Called(
        {"secret_name": SECRET_NAME, "body": {"secret_string": "new", "version_stages": ["SYSCURRENT", "MINE"]}},
        lambda body: body.version_metadata.version_stages,
        ["SYSCURRENT", "MINE"],
    ),
    "huawei_csms.ShowSecretStage": Called(_STAGED, lambda body: body.stage.version_id, "v1"),
    "huawei_csms.UpdateSecretStage": Called(
        _STAGED | {"body": {"version_id": "v1"}}, lambda body: body.stage.version_id, "v1"
    ),
}
"""By the full names of the operations."""
